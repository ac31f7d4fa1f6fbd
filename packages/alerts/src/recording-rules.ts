import {
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_ORDER_TYPE,
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_VENUE,
  trademeterMeasurementDropped,
  tradingAgentCost,
  tradingCycleDuration,
  tradingOrderClosed,
  tradingOrderFee,
  tradingOrderFillDuration,
  tradingOrderNotional,
  tradingOrderRequestDuration,
  tradingOrderSlippage,
  tradingProviderRequestDuration,
  tradingSignalOrderDuration,
} from '@trademeter/semantic-conventions';
import { duration, type RuleContext } from './rule-context.ts';
import type { RecordingRule } from './rules.ts';
import { present, prometheusName, type RuleMetric, select } from './series.ts';

/**
 * The names of the recording rules, `bot:<metric>:<operation>`. `bot` means that a bot's labels are kept, besides the
 * attributes that each rule names.
 */
export const recorded = {
  reportingBot: 'bot:trademeter_bot:reporting',
  seenBot: 'bot:trademeter_bot:seen',
  orderRequestP99: `bot:${prometheusName(tradingOrderRequestDuration)}:p99_rate10m`,
  fillP95: `bot:${prometheusName(tradingOrderFillDuration)}:p95_rate30m`,
  signalOrderP95: `bot:${prometheusName(tradingSignalOrderDuration)}:p95_rate30m`,
  cycleP95: `bot:${prometheusName(tradingCycleDuration)}:p95_rate1h`,
  providerErrorRatio: `bot:${prometheusName(tradingProviderRequestDuration)}:error_ratio_rate10m`,
  rejectedOrders: `bot:${prometheusName(tradingOrderClosed)}:rejected_increase15m`,
  rejectedOrderRatio: `bot:${prometheusName(tradingOrderClosed)}:rejected_ratio_increase15m`,
  slippageMean: `bot:${prometheusName(tradingOrderSlippage)}:adverse_mean_increase1h`,
  feeRatio: `bot:${prometheusName(tradingOrderFee)}:notional_ratio_increase1h`,
  aiCostPerHour: `bot:${prometheusName(tradingAgentCost)}:increase1h`,
} as const;

/** A series that every bot has at 0 from its start, whatever it instruments. */
export const botMarker: string = select(trademeterMeasurementDropped, { 'trademeter.drop.reason': 'invalid_value' });

/** The queries that alerts and dashboards use often, or that read long ranges. */
export function recordingRulesFor({ thresholds, by, withoutModes }: RuleContext): RecordingRule[] {
  const increase = (series: string, window: string, ...attributes: readonly string[]) =>
    `sum by (${by(...attributes)}) (increase(${series}[${window}]))`;
  const quantile = (
    metric: RuleMetric & { readonly instrument: 'histogram' },
    share: number,
    window: string,
    ...attributes: readonly string[]
  ) =>
    `histogram_quantile(${share}, sum by (${by(...attributes)}, le) (rate(${select(metric, {}, 'bucket')}[${window}])))`;
  const rejected = increase(
    select(tradingOrderClosed, { 'trading.order.outcome': ['rejected', 'failed'] }),
    '15m',
    ATTR_TRADING_VENUE,
  );
  const paid = increase(
    select(tradingOrderFee, { 'trading.payment.direction': 'paid' }),
    '1h',
    ATTR_TRADING_VENUE,
    ATTR_TRADING_CURRENCY,
  );
  const received = increase(
    select(tradingOrderFee, { 'trading.payment.direction': 'received' }),
    '1h',
    ATTR_TRADING_VENUE,
    ATTR_TRADING_CURRENCY,
  );
  return [
    { record: recorded.reportingBot, expression: withoutModes(`group by (${by()}) (${botMarker})`) },
    {
      record: recorded.seenBot,
      expression: `last_over_time(${recorded.reportingBot}[${duration(thresholds.forgetBotSeconds)}])`,
    },
    {
      record: recorded.orderRequestP99,
      expression: quantile(tradingOrderRequestDuration, 0.99, '10m', ATTR_TRADING_VENUE, ATTR_TRADING_ORDER_OPERATION),
    },
    {
      record: recorded.fillP95,
      expression: quantile(tradingOrderFillDuration, 0.95, '30m', ATTR_TRADING_VENUE, ATTR_TRADING_ORDER_TYPE),
    },
    {
      record: recorded.signalOrderP95,
      expression: quantile(tradingSignalOrderDuration, 0.95, '30m', ATTR_TRADING_STRATEGY_NAME),
    },
    {
      record: recorded.cycleP95,
      expression: quantile(tradingCycleDuration, 0.95, '1h', ATTR_TRADING_STRATEGY_NAME),
    },
    {
      record: recorded.providerErrorRatio,
      expression: divided(
        increase(
          select(tradingProviderRequestDuration, { 'error.type': present }, 'count'),
          '10m',
          ATTR_TRADING_PROVIDER_NAME,
        ),
        increase(select(tradingProviderRequestDuration, {}, 'count'), '10m', ATTR_TRADING_PROVIDER_NAME),
      ),
    },
    { record: recorded.rejectedOrders, expression: rejected },
    {
      record: recorded.rejectedOrderRatio,
      expression: divided(rejected, increase(select(tradingOrderClosed), '15m', ATTR_TRADING_VENUE)),
    },
    {
      record: recorded.slippageMean,
      expression: divided(
        increase(
          select(tradingOrderSlippage, { 'trading.slippage.direction': 'adverse' }, 'sum'),
          '1h',
          ATTR_TRADING_VENUE,
        ),
        increase(select(tradingOrderSlippage, {}, 'count'), '1h', ATTR_TRADING_VENUE),
      ),
    },
    {
      record: recorded.feeRatio,
      expression: divided(
        // a venue without rebates has no series for them
        `(\n${indented(`${paid}\n- (${received} or 0 * ${paid})`)}\n)`,
        increase(select(tradingOrderNotional), '1h', ATTR_TRADING_VENUE, ATTR_TRADING_CURRENCY),
      ),
    },
    { record: recorded.aiCostPerHour, expression: increase(select(tradingAgentCost), '1h', ATTR_TRADING_CURRENCY) },
  ];
}

/** A quotient that is absent, not NaN, if nothing was counted. */
function divided(numerator: string, denominator: string): string {
  return `${numerator}\n/\n(${denominator} > 0)`;
}

function indented(text: string): string {
  return text.replace(/^/gmu, '  ');
}
