/** The bot's own counts, independent of its metrics. Amounts in dollars. */
export interface Books {
  bars: number;
  ordersPlaced: number;
  ordersClosed: Record<string, number>;
  fills: number;
  notional: number;
  feesPaid: number;
  rebatesReceived: number;
  interestPaid: number;
  wins: number;
  losses: number;
  realizedPnl: number;
  deposits: number;
  equity: number;
  trips: number;
}

export function emptyBooks(): Books {
  return {
    bars: 0,
    ordersPlaced: 0,
    ordersClosed: {},
    fills: 0,
    notional: 0,
    feesPaid: 0,
    rebatesReceived: 0,
    interestPaid: 0,
    wins: 0,
    losses: 0,
    realizedPnl: 0,
    deposits: 0,
    equity: 0,
    trips: 0,
  };
}
