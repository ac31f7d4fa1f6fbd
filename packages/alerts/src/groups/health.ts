import {
  ATTR_ERROR_TYPE,
  ATTR_TRADEMETER_DROP_REASON,
  ATTR_TRADING_CACHE_NAME,
  ATTR_TRADING_COMPONENT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_DEPENDENCY_NAME,
  trademeterMeasurementDropped,
  tradingCacheHitRatio,
  tradingDependencyStatus,
  tradingErrors,
} from '@trademeter/semantic-conventions';
import { eventLoopDelayP99, processMemoryUsage, processUptime } from '../open-telemetry-metrics.ts';
import { recorded } from '../recording-rules.ts';
import { type RuleContext, value } from '../rule-context.ts';
import type { Alert, AlertGroup } from '../rules.ts';
import { select } from '../series.ts';

/** Alerts for what the bot costs and how its process is. */
export function healthGroup(context: RuleContext): AlertGroup {
  return {
    name: 'health',
    title: 'Cost and health',
    alerts: [...costs(context), ...errors(context), ...process(context), ...telemetry(context)],
  };
}

function costs({ thresholds, by, bot, show }: RuleContext): Alert[] {
  return [
    {
      name: 'TradingAiCostHigh',
      severity: 'warning',
      expression: `${recorded.aiCostPerHour} > ${thresholds.aiCostPerHour}`,
      forSeconds: 300,
      summary: `${bot} spent {{ $value | printf "%.2f" }} ${value(ATTR_TRADING_CURRENCY)} on language models in an hour`,
      description: `The threshold is ${show('aiCostPerHour')} an hour.`,
    },
    {
      name: 'TradingCacheHitRatioLow',
      severity: 'warning',
      expression: `min by (${by(ATTR_TRADING_CACHE_NAME)}) (${select(tradingCacheHitRatio)}) < ${thresholds.cacheHitRatio}`,
      forSeconds: 600,
      summary: `A cache of ${bot} answers only {{ $value | humanizePercentage }} of its queries`,
      description: `The threshold is ${show('cacheHitRatio')}. Misses cost time, and requests to whatever is behind the cache.`,
    },
    {
      name: 'TradingDependencyDown',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_DEPENDENCY_NAME)}) (${select(tradingDependencyStatus, { 'trading.dependency.state': 'down' })}) == 1`,
      forSeconds: 120,
      summary: `${bot} cannot use ${value(ATTR_TRADING_DEPENDENCY_NAME)}`,
      description: 'Its health check has failed for two minutes.',
      inhibits: [{ alerts: ['TradingCacheHitRatioLow'] }],
    },
  ];
}

function errors({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const critical = select(tradingErrors, { 'trading.error.severity': 'critical' });
  const attributes = by(ATTR_TRADING_COMPONENT, ATTR_ERROR_TYPE);
  const component = value(ATTR_TRADING_COMPONENT);
  return [
    {
      name: 'TradingCriticalError',
      severity: 'critical',
      // the first occurrence of an error has no earlier sample to increase from
      expression: [
        `sum by (${attributes}) (increase(${critical}[10m])) > 0`,
        `or`,
        `sum by (${attributes}) (${critical} unless ${critical} offset 10m) > 0`,
      ].join('\n'),
      forSeconds: 0,
      summary: `${value(ATTR_ERROR_TYPE)} in ${component} of ${bot}`,
      description: 'The bot recorded an error of the severity critical within the last ten minutes.',
    },
    {
      name: 'TradingErrorsHigh',
      severity: 'warning',
      expression: `sum by (${by(ATTR_TRADING_COMPONENT)}) (rate(${select(tradingErrors)}[5m])) * 60 > ${thresholds.errorsPerMinute}`,
      forSeconds: 300,
      summary: `{{ $value | printf "%.0f" }} errors a minute in ${component} of ${bot}`,
      description: `The threshold is ${show('errorsPerMinute')} a minute.`,
    },
  ];
}

function process({ thresholds, by, bot, show }: RuleContext): Alert[] {
  return [
    {
      name: 'TradingEventLoopBlocked',
      severity: 'warning',
      expression: `max by (${by()}) (${select(eventLoopDelayP99)}) > ${thresholds.eventLoopDelaySeconds}`,
      forSeconds: 300,
      summary: `The event loop of ${bot} is blocked for {{ $value | humanizeDuration }}`,
      description: `The 99th percentile of its delay. The threshold is ${show('eventLoopDelaySeconds')}. Orders wait as long.`,
      inhibits: [
        { alerts: ['TradingOrderRequestsSlow', 'TradingFillsSlow', 'TradingSignalsSlow', 'TradingCyclesSlow'] },
      ],
    },
    {
      name: 'TradingMemoryHigh',
      severity: 'warning',
      expression: `max by (${by()}) (${select(processMemoryUsage)}) > ${thresholds.memoryBytes}`,
      forSeconds: 600,
      summary: `${bot} uses {{ $value | humanize1024 }}B of memory`,
      description: `The threshold is ${show('memoryBytes')}.`,
    },
    {
      name: 'TradingBotRestarts',
      severity: 'warning',
      expression: `max by (${by()}) (resets(${select(processUptime)}[1h])) >= ${thresholds.restarts}`,
      forSeconds: 0,
      summary: `${bot} restarted {{ $value }} times in an hour`,
      description: `The threshold is ${show('restarts')}.`,
    },
  ];
}

function telemetry({ by, bot }: RuleContext): Alert[] {
  return [
    {
      name: 'TradingCardinalityOverflow',
      severity: 'warning',
      expression: `count by (${by()}, metric) (\n  label_replace({otel_metric_overflow="true"}, "metric", "$1", "__name__", "(.+)")\n)`,
      forSeconds: 0,
      summary: `The metric {{ $labels.metric }} of ${bot} has too many series`,
      description:
        'It reached its cardinality limit. What is recorded with new attributes is counted together, under otel_metric_overflow="true".',
    },
    {
      name: 'TradingMeasurementsDropped',
      severity: 'warning',
      expression: `sum by (${by(ATTR_TRADEMETER_DROP_REASON)}) (increase(${select(trademeterMeasurementDropped)}[15m])) > 0`,
      forSeconds: 0,
      summary: `${bot} dropped measurements: ${value(ATTR_TRADEMETER_DROP_REASON)}`,
      description: 'A call to an instrumentation is wrong. The log of the bot names it, once.',
    },
  ];
}
