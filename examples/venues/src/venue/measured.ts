/** A series with its Prometheus name and labels. */
export interface MeasuredSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Labels = MeasuredSeries['labels'];

const names: Readonly<Record<string, (labels: Labels) => readonly [name: string, factor?: number]>> = {
  trading_order_placed: (labels) => [`placed ${orders(labels)}`],
  trading_order_open: (labels) => [`open ${orders(labels)}`],
  trading_order_closed: (labels) => [`closed ${orders(labels)} ${labels['trading_order_outcome']}`],
  trading_order_fills: (labels) => [`fills ${orders(labels)}`],
  trading_order_notional: (labels) => [`notional ${orders(labels)} ${labels['trading_currency']}`],
  trading_order_notional_reversed: (labels) => [`notional ${orders(labels)} ${labels['trading_currency']}`, -1],
  trading_trade_closed: (labels) => [`trades ${labels['trading_trade_result']}`],
  trading_trade_pnl: (labels) => [`pnl ${labels['trading_trade_result']} ${labels['trading_currency']}`],
  trading_order_rejections: (labels) => [`rejections ${labels['error_type']}`],
  trading_order_fee: (labels) => [
    `fees ${labels['trading_currency']}`,
    labels['trading_payment_direction'] === 'received' ? -1 : 1,
  ],
  trading_order_slippage_cost: (labels) => [
    `slippage ${labels['trading_symbol']} ${labels['trading_currency']}`,
    labels['trading_slippage_direction'] === 'favorable' ? -1 : 1,
  ],
};

function orders(labels: Labels): string {
  return `${labels['trading_symbol']} ${labels['trading_order_side']}`;
}

/** The bot's figures by the ledger's names, without those that are 0. */
export function measuredFigures(series: Iterable<MeasuredSeries>): Map<string, number> {
  const figures = new Map<string, number>();
  for (const { name, labels, value } of series) {
    const [figure, factor = 1] = names[name.replace(/_total$/u, '')]?.(labels) ?? [];
    if (figure !== undefined) figures.set(figure, (figures.get(figure) ?? 0) + factor * value);
  }
  return new Map([...figures].filter(([, value]) => value !== 0));
}
