/** What can be derived from a symbol. */
export interface SymbolTerms {
  /** What is traded, if the symbol shows a quote as well. */
  readonly base: string | undefined;
  /** The currency of its price; `undefined` if the symbol does not show it. */
  readonly quote: string | undefined;
  /** Whether the quote is a known currency; the `B` of the share class `BRK/B` is not. */
  readonly isQuoteKnown: boolean;
  /** Whether the settlement may be in another currency that the symbol does not show: `BTC-USD`, `BTC_USD`. */
  readonly isSettleHidden: boolean;
  /** The settlement currency of a derivative. */
  readonly settle: string | undefined;
  /** Whether it is settled in its base currency: `BTC/USD:BTC`. */
  readonly isInverse: boolean;
  /** Whether it is settled neither in its base nor in a currency worth as much as its quote: `ETH/USD:BTC`. */
  readonly isQuanto: boolean;
  /** Whether it is a future, a swap or an option, whose quantity is in contracts. */
  readonly isDerivative: boolean;
}

// BASE/QUOTE, and ccxt's suffix for derivatives: BTC/USDT:USDT, ETH/USD:ETH-261225
const pair = /^([^/]+)\/([A-Za-z0-9.]{2,12})(?::([A-Za-z0-9.]+).*)?$/;
// The same as Coinbase, KuCoin, OKX, Gate, OANDA and IBKR write it: BTC-USDT, EUR_USD, EUR.USD
const otherPair = /^([A-Za-z0-9]{2,12})[-_.]([A-Za-z0-9]{3,6})$/;
// Swaps and futures as OKX, Binance and Deribit write them, and options as the OCC writes them.
const derivatives: readonly RegExp[] = [
  /[-_](?:swap|perp|perpetual)$/i,
  /[-_]\d{6}(?:$|-)/,
  /-\d{1,2}[A-Z]{3}\d{2}(?:$|-)/,
  /^[A-Z]{1,6} *\d{6}[CP]\d{8}$/,
];

const coins = 'BNB BTC DOGE ETH SOL TRX WBTC WETH XBT XRP';
const dollars = 'AUSD BUSD DAI FDUSD GUSD PYUSD RLUSD TUSD USD1 USDC USDD USDE USDG USDP USDT UST XUSD';
const euros = 'EURC EURI EURT';
/** National currencies, and the stablecoins that are worth as much as one. */
const cash: ReadonlyMap<string, string> = new Map([
  ...Intl.supportedValuesOf('currency').map((code) => [code, code] as const),
  ...dollars.split(' ').map((code) => [code, 'USD'] as const),
  ...euros.split(' ').map((code) => [code, 'EUR'] as const),
]);
const currencies: ReadonlySet<string> = new Set([...cash.keys(), ...coins.split(' ')]);

function isCurrency(code: string): boolean {
  return currencies.has(code.toUpperCase());
}

/** The national currency that a currency is, or is worth as much as; `undefined` for other coins. */
export function cashOf(code: string): string | undefined {
  return cash.get(code.toUpperCase());
}

/** Whether two currencies are the same, or worth the same. */
export function isSameMoney(one: string, other: string): boolean {
  return (cashOf(one) ?? one.toUpperCase()) === (cashOf(other) ?? other.toUpperCase());
}

/** Reads a symbol as ccxt and the venues write it. */
export function termsOfSymbol(symbol: unknown): SymbolTerms {
  if (typeof symbol !== 'string') return noTerms;
  const [, slashBase, slashQuote, settle] = pair.exec(symbol) ?? [];
  const [, otherBase, otherQuote = ''] = otherPair.exec(symbol) ?? [];
  const isOther = isCurrency(otherQuote);
  const base = slashBase ?? (isOther ? otherBase : undefined);
  const quote = slashQuote ?? (isOther ? otherQuote : undefined);
  const isInverse = settle !== undefined && settle === base;
  return {
    base,
    quote,
    isQuoteKnown: quote !== undefined && isCurrency(quote),
    isSettleHidden: isOther,
    settle,
    isInverse,
    isQuanto: !isInverse && settle !== undefined && quote !== undefined && !isSameMoney(settle, quote),
    isDerivative: settle !== undefined || derivatives.some((form) => form.test(symbol)),
  };
}

const noTerms: SymbolTerms = {
  base: undefined,
  quote: undefined,
  isQuoteKnown: false,
  isSettleHidden: false,
  settle: undefined,
  isInverse: false,
  isQuanto: false,
  isDerivative: false,
};
