// BASE/QUOTE, and what ccxt puts behind it for derivatives: BTC/USDT:USDT, ETH/USD:ETH-261225
const pair = /^([^/]+)\/([A-Za-z0-9.]{2,12})(?::([A-Za-z0-9.]+).*)?$/;

/**
 * The currency in which a `BASE/QUOTE` symbol is priced, or `undefined` for a symbol of another form (`AAPL`), and for
 * an inverse contract (`BTC/USD:BTC`), whose quantity times price is no amount of its quote.
 */
export function quoteCurrency(symbol: unknown): string | undefined {
  if (typeof symbol !== 'string') return undefined;
  const [, base, quote, settle] = pair.exec(symbol) ?? [];
  return settle === undefined || settle !== base ? quote : undefined;
}
