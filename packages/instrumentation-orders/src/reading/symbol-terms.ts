/** What can be derived from a symbol. */
export interface SymbolTerms {
  /** The currency of its price; `undefined` if the symbol does not show it. */
  readonly quote: string | undefined;
  /** Whether the quote is a known currency; the `B` of the share class `BRK/B` is not. */
  readonly isQuoteKnown: boolean;
  /** The settlement currency of a derivative. */
  readonly settle: string | undefined;
  /** Whether it is settled in its base currency: `BTC/USD:BTC`. */
  readonly isInverse: boolean;
  /** Whether it is a future, a swap or an option, whose quantity is in contracts. */
  readonly isDerivative: boolean;
}

// BASE/QUOTE, and ccxt's suffix for derivatives: BTC/USDT:USDT, ETH/USD:ETH-261225
const pair = /^([^/]+)\/([A-Za-z0-9.]{2,12})(?::([A-Za-z0-9.]+).*)?$/;
// The same as Coinbase, KuCoin, OKX, Gate, OANDA and IBKR write it: BTC-USDT, EUR_USD, EUR.USD
const otherPair = /^[A-Za-z0-9]{2,12}[-_.]([A-Za-z0-9]{3,6})$/;
// Swaps and futures as OKX, Binance and Deribit write them, and options as the OCC writes them.
const derivatives: readonly RegExp[] = [
  /[-_](?:swap|perp|perpetual)$/i,
  /[-_]\d{6}(?:$|-)/,
  /-\d{1,2}[A-Z]{3}\d{2}(?:$|-)/,
  /^[A-Z]{1,6} *\d{6}[CP]\d{8}$/,
];

const coins =
  'AUSD BNB BTC BUSD DAI DOGE ETH EURC EURI EURT FDUSD GUSD PYUSD RLUSD SOL TRX TUSD USD1 USDC USDD USDE USDG USDP USDT UST WBTC WETH XBT XRP XUSD';
const currencies: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...coins.split(' ')]);

function isCurrency(code: string): boolean {
  return currencies.has(code.toUpperCase());
}

/** Reads a symbol as ccxt and the venues write it. */
export function termsOfSymbol(symbol: unknown): SymbolTerms {
  if (typeof symbol !== 'string') return noTerms;
  const [, base, slashQuote, settle] = pair.exec(symbol) ?? [];
  const [, otherQuote = ''] = otherPair.exec(symbol) ?? [];
  const quote = slashQuote ?? (isCurrency(otherQuote) ? otherQuote : undefined);
  return {
    quote,
    isQuoteKnown: quote !== undefined && isCurrency(quote),
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
