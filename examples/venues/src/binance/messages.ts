import { asAmount, text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';

/** A symbol as Binance writes it: `BTCUSDT`. */
export const binanceSymbol = (symbol: string): string => symbol.replace('/', '');

const decimals = 8;

function statusOf({ state, reported }: VenueOrder): string {
  if (state !== 'open') return state.toUpperCase();
  return reported.length > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

/** An order, as in REST answers. */
export function restOrder(order: VenueOrder): Record<string, unknown> {
  return {
    symbol: binanceSymbol(order.symbol),
    orderId: Number(order.id),
    orderListId: -1,
    clientOrderId: order.clientId,
    price: text(order.price, decimals),
    origQty: text(order.quantity, decimals),
    executedQty: text(order.filled, decimals),
    cummulativeQuoteQty: text(order.costAmount, decimals),
    origQuoteOrderQty: text(0n, decimals),
    status: statusOf(order),
    timeInForce: 'GTC',
    type: 'LIMIT',
    side: order.side.toUpperCase(),
    stopPrice: text(0n, decimals),
    icebergQty: text(0n, decimals),
    time: order.time,
    updateTime: order.time,
    transactTime: order.time,
    workingTime: order.time,
    isWorking: true,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    fills: [],
  };
}

/** An execution, as in answers of `myTrades`. */
export function restTrade(order: VenueOrder, execution: Execution): Record<string, unknown> {
  const [fee] = execution.fees;
  return {
    symbol: binanceSymbol(order.symbol),
    id: Number(execution.id),
    orderId: Number(order.id),
    orderListId: -1,
    price: text(execution.price, decimals),
    qty: text(execution.quantity, decimals),
    quoteQty: text(asAmount(execution.quantity * execution.price), decimals),
    commission: text(fee?.amount ?? 0n, decimals),
    commissionAsset: fee?.currency ?? 'BNB',
    time: execution.time,
    isBuyer: order.side === 'buy',
    isMaker: execution.isMaker,
    isBestMatch: true,
  };
}

/** An event of an order. */
export type BinanceEvent = 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'REJECTED';

/**
 * An `executionReport` of the user data stream, with the order's current totals.
 *
 * @param execution the execution, if the event is a trade
 * @param cancelId the client's id of the request that canceled it
 */
export function executionReport(
  order: VenueOrder,
  event: BinanceEvent,
  execution?: Execution,
  cancelId?: string,
): Record<string, unknown> {
  const [fee] = execution?.fees ?? [];
  const time = execution?.time ?? order.time;
  return {
    e: 'executionReport',
    E: time,
    s: binanceSymbol(order.symbol),
    c: cancelId ?? order.clientId,
    S: order.side.toUpperCase(),
    o: 'LIMIT',
    f: 'GTC',
    q: text(order.quantity, decimals),
    p: text(order.price, decimals),
    P: text(0n, decimals),
    F: text(0n, decimals),
    g: -1,
    C: cancelId === undefined ? '' : order.clientId,
    x: event,
    X: statusOf(order),
    r: order.rejection ?? 'NONE',
    i: Number(order.id),
    l: text(execution?.quantity ?? 0n, decimals),
    z: text(order.filled, decimals),
    L: text(execution?.price ?? 0n, decimals),
    n: fee === undefined ? '0' : text(fee.amount, decimals),
    N: fee?.currency ?? null,
    T: time,
    t: execution === undefined ? -1 : Number(execution.id),
    I: 8_641_984,
    w: order.state === 'open',
    m: execution?.isMaker ?? false,
    M: false,
    O: order.time,
    Z: text(order.costAmount, decimals),
    Y: text(execution === undefined ? 0n : asAmount(execution.quantity * execution.price), decimals),
    Q: text(0n, decimals),
    W: order.time,
    V: 'EXPIRE_MAKER',
  };
}

/** A symbol, as `exchangeInfo` describes it. */
export function symbolInfo(symbol: string): Record<string, unknown> {
  const [baseAsset, quoteAsset] = symbol.split('/');
  return {
    symbol: binanceSymbol(symbol),
    status: 'TRADING',
    baseAsset,
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
      { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    ],
  };
}
