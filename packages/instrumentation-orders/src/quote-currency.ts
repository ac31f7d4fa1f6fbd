// BASE/QUOTE, with what ccxt puts behind it for derivatives: BTC/USDT:USDT, ETH/USD:ETH-261225
const pair = /^[^/]+\/([A-Za-z0-9.]{2,12})(?::.*)?$/;

/** The currency in which a `BASE/QUOTE` symbol is priced, or `undefined` for a symbol of another form (`AAPL`). */
export function quoteCurrency(symbol: unknown): string | undefined {
  return typeof symbol === 'string' ? pair.exec(symbol)?.[1] : undefined;
}
