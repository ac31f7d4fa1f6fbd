/**
 * Exact decimals, as integers. Prices and quantities are in units of 10⁻¹²; a product of two, which is money, is in
 * units of 10⁻²⁴.
 */
const places = 12;
const one = 10n ** 12n;

/** A price or a quantity. */
export type Amount = bigint;
/** Quantity times price. */
export type Money = bigint;

/** Reads a decimal such as `0.5`; throws if it is not exact. */
export function decimal(written: string): Amount {
  const parts = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<fraction>\d{1,12}))?$/u.exec(written)?.groups;
  if (parts === undefined) throw new Error(`${written} is not a decimal with at most ${places} places`);
  const digits = BigInt(`${parts['whole']}${(parts['fraction'] ?? '').padEnd(places, '0')}`);
  return parts['sign'] === '-' ? -digits : digits;
}

/** Writes an amount with all its decimal places, or with a given number of them. */
export function text(amount: Amount, exactPlaces?: number): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(places + 1, '0');
  const [whole, fraction] = [digits.slice(0, -places), digits.slice(-places)];
  const shown = exactPlaces === undefined ? fraction.replace(/0+$/u, '') : fraction.slice(0, exactPlaces);
  return shown === '' ? `${sign}${whole}` : `${sign}${whole}.${shown}`;
}

/** Money as an amount, truncated after twelve places. */
export function asAmount(money: Money): Amount {
  return money / one;
}

/** An amount of money, such as a fee. */
export function asMoney(amount: Amount): Money {
  return amount * one;
}

/** Money divided by quantity, rounded as the venue rounds its average. */
export function average(money: Money, quantity: Amount, averagePlaces: number): Amount {
  if (quantity === 0n) return 0n;
  const unit = 10n ** BigInt(places - averagePlaces);
  // half up
  return (((money * 2n) / quantity / unit + 1n) / 2n) * unit;
}

/** The nearest double, to compare with metrics. */
export function toNumber(money: Money): number {
  return Number(money) / 1e24;
}
