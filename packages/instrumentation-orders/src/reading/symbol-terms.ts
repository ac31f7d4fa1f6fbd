/** What a symbol says of itself. */
export interface SymbolTerms {
  /** The currency that it is priced in; `undefined` where it does not say. */
  readonly quote: string | undefined;
  /** Whether the quote is a currency that is known as one: a share class such as `BRK/B` has none. */
  readonly isQuoteKnown: boolean;
  /** The currency that a derivative is settled in. */
  readonly settle: string | undefined;
  /** Settled in its base: `BTC/USD:BTC`. */
  readonly isInverse: boolean;
  /** A future, a swap or an option, whose quantity is in contracts. */
  readonly isDerivative: boolean;
}

// BASE/QUOTE, and what ccxt puts behind it for derivatives: BTC/USDT:USDT, ETH/USD:ETH-261225
const pair = /^([^/]+)\/([A-Za-z0-9.]{2,12})(?::([A-Za-z0-9.]+).*)?$/;
// Swaps and futures as OKX, Binance and Deribit write them, and options as the OCC does.
const derivatives: readonly RegExp[] = [
  /[-_](?:swap|perp|perpetual)$/i,
  /[-_]\d{6}(?:$|-)/,
  /-\d{1,2}[A-Z]{3}\d{2}(?:$|-)/,
  /^[A-Z]{1,6} *\d{6}[CP]\d{8}$/,
];

const coins =
  'AUSD BNB BTC BUSD DAI DOGE ETH EURC EURI EURT FDUSD GUSD PYUSD RLUSD SOL TRX TUSD USD1 USDC USDD USDE USDG USDP USDT UST WBTC WETH XBT XRP XUSD';
const currencies: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...coins.split(' ')]);

/** Reads a symbol as ccxt and the venues write it. */
export function termsOfSymbol(symbol: unknown): SymbolTerms {
  if (typeof symbol !== 'string') return noTerms;
  const [, base, quote, settle] = pair.exec(symbol) ?? [];
  return {
    quote,
    isQuoteKnown: quote !== undefined && currencies.has(quote.toUpperCase()),
    settle,
    isInverse: settle !== undefined && settle === base,
    isDerivative: settle !== undefined || derivatives.some((form) => form.test(symbol)),
  };
}

const noTerms: SymbolTerms = {
  quote: undefined,
  isQuoteKnown: false,
  settle: undefined,
  isInverse: false,
  isDerivative: false,
};
