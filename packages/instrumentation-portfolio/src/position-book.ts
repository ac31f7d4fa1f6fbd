import {
  attributeValue,
  describeValue,
  type Meter,
  type Observe,
  type StateInstrument,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_POSITION_SIDE,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  type AttributesOf,
  tradingPositionOpen,
  tradingPositionUnrealizedPnl,
  tradingPositionValue,
} from '@trademeter/semantic-conventions';

/** Whether a position gains when the price rises (`long`) or falls (`short`). */
export type PositionSide = AttributesOf<typeof tradingPositionValue>[typeof ATTR_TRADING_POSITION_SIDE];

/** One position that is held. */
export interface Position {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. */
  readonly symbol: string;
  /** Default: from the sign of `quantity`, or else of `value`. */
  readonly side?: PositionSide | undefined;
  /** In units of the symbol, of either sign. A position of 0 is closed. */
  readonly quantity?: number | undefined;
  /** What it is worth at the market price (of a derivative, its notional value), in the portfolio's currency; the sign does not matter. */
  readonly value: number;
  /** In the portfolio's currency, below 0 for a loss. */
  readonly unrealizedPnl?: number | undefined;
  /** Default: the portfolio's. */
  readonly venue?: string | undefined;
  /** Default: the portfolio's. */
  readonly strategy?: string | undefined;
}

/** What positions are labelled with, unless they say otherwise. */
export interface PositionDefaults {
  readonly currency: string;
  readonly account: string | undefined;
  readonly venue: string | undefined;
  readonly strategy: string | undefined;
}

type PositionAttributes = AttributesOf<typeof tradingPositionValue>;

interface Sighting {
  readonly attributes: PositionAttributes;
  value: number;
  unrealizedPnl: number | undefined;
}

interface Held {
  readonly attributes: PositionAttributes;
  /** The last usable one. */
  value: number;
  hasUnrealizedPnl: boolean;
}

const sides: readonly PositionSide[] = tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE].values;

/**
 * How many closed positions are remembered, to go on reading 0: as many as the metric may have series. Beyond, the one
 * that was closed longest ago is forgotten; an SDK that reports cumulatively goes on showing the 0 it has read of it.
 */
const closedKept = tradingPositionValue.cardinalityLimit;

/** The positions that are held, and those that were, which read 0. */
export class PositionBook {
  readonly #meter: Meter;
  readonly #defaults: PositionDefaults;
  readonly #values: StateInstrument<typeof tradingPositionValue>;
  readonly #unrealizedPnls: StateInstrument<typeof tradingPositionUnrealizedPnl>;
  readonly #open = new Map<string, Held>();
  readonly #closed = new Map<string, Held>();
  #isKnown = false;

  constructor(meter: Meter, defaults: PositionDefaults) {
    this.#meter = meter;
    this.#defaults = defaults;
    this.#values = meter.state(tradingPositionValue);
    this.#unrealizedPnls = meter.state(tradingPositionUnrealizedPnl);
    meter.state(tradingPositionOpen).observe((observe) => this.#count(observe));
  }

  /** Whether the positions were told yet: none is something else than not known. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** The value of all positions on one side; of a position whose value cannot be used, the last that could. */
  valueOf(side: PositionSide): number {
    let sum = 0;
    for (const { attributes, value } of this.#open.values()) {
      if (attributes[ATTR_TRADING_POSITION_SIDE] === side) sum += value;
    }
    return sum;
  }

  /** Takes this for all positions that are held: what is not among them is closed, and reads 0 from now on. */
  update(positions: readonly Position[]): void {
    if (!Array.isArray(positions)) throw new TypeError('positions must be a list');
    const sighted = new Map<string, Sighting>();
    let isComplete = true;
    for (const position of positions as readonly Position[]) {
      const isUsable = this.#meter.attempt(tradingPositionValue.name, () => {
        this.#sight(position, sighted);
        return true;
      });
      isComplete &&= isUsable === true;
    }
    for (const [key, sighting] of sighted) this.#hold(key, sighting);
    this.#isKnown = true;
    // What could not be read may be any of those that are missing, so none of them is known to be closed.
    if (!isComplete) return;
    for (const [key, held] of this.#open) {
      if (!sighted.has(key)) this.#close(key, held);
    }
  }

  #sight(position: Position, sighted: Map<string, Sighting>): void {
    const { symbol, value } = position;
    const quantity = position.quantity ?? undefined;
    const unrealizedPnl = position.unrealizedPnl ?? undefined;
    if (quantity === 0 || (quantity === undefined && value === 0)) return;
    if (typeof symbol !== 'string' || symbol === '')
      throw new TypeError(`symbol must be a non-empty string, got ${describeValue(symbol)}`);
    const attributes = {
      // Without one the guard says that it is missing, and the position counts in the exposures all the same.
      [ATTR_TRADING_VENUE]: (position.venue ?? this.#defaults.venue) as string,
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_POSITION_SIDE]: sideOf(position),
      [ATTR_TRADING_CURRENCY]: this.#defaults.currency,
      [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
      [ATTR_TRADING_STRATEGY_NAME]: position.strategy ?? this.#defaults.strategy,
    };
    const key = keyOf(attributes);
    const lot = sighted.get(key);
    if (lot === undefined) {
      sighted.set(key, { attributes, value: absolute(value), unrealizedPnl });
      return;
    }
    lot.value += Math.abs(value);
    if (unrealizedPnl !== undefined) lot.unrealizedPnl = (lot.unrealizedPnl ?? 0) + unrealizedPnl;
  }

  #hold(key: string, { attributes, value, unrealizedPnl }: Sighting): void {
    let held = this.#open.get(key) ?? this.#closed.get(key);
    if (held === undefined) held = { attributes: asRecorded(attributes), value: 0, hasUnrealizedPnl: false };
    this.#closed.delete(key);
    this.#open.set(key, held);
    this.#values.set(value, attributes);
    if (Number.isFinite(value)) held.value = value;
    if (unrealizedPnl === undefined) return;
    this.#unrealizedPnls.set(unrealizedPnl, attributes);
    held.hasUnrealizedPnl = true;
  }

  #close(key: string, held: Held): void {
    held.value = 0;
    this.#values.set(0, held.attributes);
    if (held.hasUnrealizedPnl) this.#unrealizedPnls.set(0, held.attributes);
    this.#open.delete(key);
    this.#closed.set(key, held);
    if (this.#closed.size <= closedKept) return;
    for (const [oldestKey, oldest] of this.#closed) {
      this.#closed.delete(oldestKey);
      this.#values.delete(oldest.attributes);
      this.#unrealizedPnls.delete(oldest.attributes);
      return;
    }
  }

  /** Every side of every venue, so that a venue whose positions are closed reads 0. */
  #count(observe: Observe<typeof tradingPositionOpen>): void {
    if (!this.#isKnown) return;
    const counts = new Map<string | undefined, Record<PositionSide, number>>();
    const countsOf = (venue: string | undefined): Record<PositionSide, number> => {
      const known = counts.get(venue) ?? { long: 0, short: 0 };
      counts.set(venue, known);
      return known;
    };
    if (this.#defaults.venue !== undefined || this.#open.size + this.#closed.size === 0) countsOf(this.#defaults.venue);
    for (const { attributes } of this.#closed.values()) countsOf(attributes[ATTR_TRADING_VENUE]);
    for (const { attributes } of this.#open.values()) {
      countsOf(attributes[ATTR_TRADING_VENUE])[attributes[ATTR_TRADING_POSITION_SIDE]] += 1;
    }
    for (const [venue, count] of counts) {
      for (const side of sides) {
        observe(count[side], {
          [ATTR_TRADING_VENUE]: venue,
          [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
          [ATTR_TRADING_POSITION_SIDE]: side,
        });
      }
    }
  }
}

function sideOf({ side, quantity, value }: Position): PositionSide {
  if (side !== undefined && side !== null) {
    const known = attributeValue(tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE], side);
    if (known === undefined) throw new TypeError(`side must be one of ${sides.join(', ')}, got ${describeValue(side)}`);
    return known;
  }
  const signed = quantity ?? value;
  if (!Number.isFinite(signed)) throw new TypeError('side must be given where neither quantity nor value tells it');
  return signed < 0 ? 'short' : 'long';
}

/** Anything but a number is left to the guard, which says what is wrong with it. */
function absolute(value: number): number {
  return typeof value === 'number' ? Math.abs(value) : value;
}

const { attributes: definitions } = tradingPositionValue;

/** The same of any two positions that are one series. All of a portfolio share the currency and the account. */
function keyOf(attributes: PositionAttributes): string {
  return JSON.stringify([
    attributes[ATTR_TRADING_POSITION_SIDE],
    attributeValue(definitions[ATTR_TRADING_SYMBOL], attributes[ATTR_TRADING_SYMBOL]),
    attributeValue(definitions[ATTR_TRADING_VENUE], attributes[ATTR_TRADING_VENUE]),
    attributeValue(definitions[ATTR_TRADING_STRATEGY_NAME], attributes[ATTR_TRADING_STRATEGY_NAME]),
  ]);
}

/** What stands in the series, short enough to keep for years. */
function asRecorded(attributes: PositionAttributes): PositionAttributes {
  const recorded: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    recorded[key] = attributeValue(definition, attributes[key as keyof PositionAttributes]);
  }
  return recorded as PositionAttributes;
}
