import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_DATA_TYPE,
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_STRATEGY_NAME,
  tradingAgentDecisions,
  tradingCycleAge,
  tradingDataAge,
  tradingDecisionDuration,
  tradingOrderFillAge,
  tradingPortfolioSnapshotAge,
  tradingProviderRateLimitHits,
  tradingProviderStatus,
  tradingSignalGenerated,
} from '@trademeter/semantic-conventions';
import { exportDuration } from '../open-telemetry-metrics.ts';
import { botMarker, recorded } from '../recording-rules.ts';
import { duration, type RuleContext, value } from '../rule-context.ts';
import type { Alert, AlertGroup } from '../rules.ts';
import { present, select } from '../series.ts';

/** Alerts for a bot that does not see the market, or that nobody sees. */
export function blindnessGroup(context: RuleContext): AlertGroup {
  return {
    name: 'blindness',
    title: 'Blindness',
    alerts: [...unseenBots(context), ...blindBots(context), ...providers(context), watchdog],
  };
}

function unseenBots({ thresholds, by, byJob, bot, job, show }: RuleContext): Alert[] {
  const exporter = by('otel.component.name');
  const exports = (series: string): string => `sum by (${exporter}) (increase(${series}[10m]))`;
  const anyUp = `group by (${by()}) (up)`;
  return [
    {
      name: 'TradingBotDown',
      severity: 'critical',
      // targets that have been a bot
      expression: `max by (${by()}) (up) == 0\nand on (${by()}) ${recorded.seenBot}`,
      forSeconds: 120,
      summary: `${bot} cannot be scraped`,
      description: 'The process has ended, hangs or cannot be reached. Its orders and positions may still be open.',
      inhibits: [{ alerts: 'all' }],
      readsSeenBots: true,
    },
    {
      name: 'TradingBotMissing',
      severity: 'critical',
      expression: [
        `count by (${byJob}) (${recorded.seenBot})`,
        `unless on (${byJob}) ${botMarker}`,
        // a target that is down is TradingBotDown
        `unless on (${byJob}) ${anyUp}`,
      ].join('\n'),
      forSeconds: 600,
      summary: `No bot of ${job} reports any more`,
      description: `{{ $value }} reported within the last ${show('forgetBotSeconds')}. Now none is scraped or pushes.`,
      inhibits: [{ alerts: 'all', of: 'job' }],
      about: 'job',
    },
    {
      name: 'TradingMetricsMissing',
      severity: 'warning',
      expression: `max by (${by()}) (up) == 1\nand on (${by()}) ${recorded.seenBot}\nunless on (${by()}) ${botMarker}`,
      forSeconds: 600,
      summary: `${bot} is up, but its metrics are gone`,
      description: 'The target answers scrapes, without the metrics of a bot. Another program may have taken its port.',
      readsSeenBots: true,
    },
    {
      name: 'TradingExportsFailing',
      severity: 'warning',
      expression: [
        exports(select(exportDuration, { 'error.type': present }, 'count')),
        `/ ${exports(select(exportDuration, {}, 'count'))} > ${thresholds.failedExportRatio}`,
      ].join('\n'),
      forSeconds: 300,
      summary: `{{ $value | humanizePercentage }} of the exports of ${bot} by ${value('otel.component.name')} fail`,
      description: `Over ten minutes. The threshold is ${show('failedExportRatio')}. Their destination does not see the bot.`,
    },
  ];
}

function blindBots({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const window = duration(thresholds.decisionWindowSeconds);
  const counters = [
    select(tradingSignalGenerated),
    select(tradingDecisionDuration, {}, 'count'),
    select(tradingAgentDecisions),
  ];
  const increases = counters.map((series) => `increase(${series}[${window}])`).join(' or ');
  // a bot that is younger than the window had no time to decide
  const existed = counters.map((series) => `${series} offset ${window}`).join(' or ');
  return [
    {
      name: 'TradingDataStale',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_PROVIDER_NAME, ATTR_TRADING_DATA_TYPE)}) (${select(tradingDataAge)}) > ${thresholds.dataAgeSeconds}`,
      forSeconds: 60,
      summary: `${value(ATTR_TRADING_DATA_TYPE)} data of ${bot} from ${value(ATTR_TRADING_PROVIDER_NAME)} is {{ $value | humanizeDuration }} old`,
      description: `The threshold is ${show('dataAgeSeconds')}. The bot decides on old prices, or not at all.`,
    },
    {
      name: 'TradingCycleStale',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_STRATEGY_NAME)}) (${select(tradingCycleAge)}) > ${thresholds.cycleAgeSeconds}`,
      forSeconds: 60,
      summary: `The main loop of ${bot} has not succeeded for {{ $value | humanizeDuration }}`,
      description: `The process runs and its loop does not. The threshold is ${show('cycleAgeSeconds')}.`,
      inhibits: [{ alerts: ['TradingNoDecision', 'TradingNoTrade', 'TradingPortfolioStale'] }],
    },
    {
      name: 'TradingPortfolioStale',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_ACCOUNT)}) (${select(tradingPortfolioSnapshotAge)}) > ${thresholds.portfolioAgeSeconds}`,
      forSeconds: 60,
      summary: `The portfolio of ${bot} was last looked at {{ $value | humanizeDuration }} ago`,
      description: `Equity, drawdown and exposure are no longer updated, so their alerts cannot fire. The threshold is ${show('portfolioAgeSeconds')}.`,
    },
    {
      name: 'TradingNoTrade',
      severity: 'warning',
      expression: `min by (${by()}) (${select(tradingOrderFillAge)}) > ${thresholds.tradeAgeSeconds}`,
      forSeconds: 60,
      summary: `${bot} has traded nothing for {{ $value | humanizeDuration }}`,
      description: `No order was filled, at any venue. The threshold is ${show('tradeAgeSeconds')}.`,
    },
    {
      name: 'TradingNoDecision',
      severity: 'warning',
      expression: `sum by (${by()}) (${increases}) == 0\nand on (${by()}) (${existed})`,
      forSeconds: 300,
      summary: `${bot} has decided nothing for ${show('decisionWindowSeconds')}`,
      description: 'No strategy generated a signal, and no decision was made.',
      inhibits: [{ alerts: ['TradingNoTrade'] }],
    },
  ];
}

function providers({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const provider = value(ATTR_TRADING_PROVIDER_NAME);
  return [
    {
      name: 'TradingProviderDown',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_PROVIDER_NAME)}) (${select(tradingProviderStatus, { 'trading.provider.state': 'unavailable' })}) == 1`,
      forSeconds: 120,
      summary: `${bot} cannot use the provider ${provider}`,
      description: 'The bot has considered it unavailable for two minutes.',
      inhibits: [
        {
          alerts: ['TradingDataStale', 'TradingProviderErrors', 'TradingRateLimited'],
          attributes: [ATTR_TRADING_PROVIDER_NAME],
        },
      ],
    },
    {
      name: 'TradingProviderErrors',
      severity: 'warning',
      expression: `${recorded.providerErrorRatio} > ${thresholds.providerErrorRatio}`,
      forSeconds: 300,
      summary: `{{ $value | humanizePercentage }} of the requests of ${bot} to ${provider} fail`,
      description: `Over ten minutes. The threshold is ${show('providerErrorRatio')}.`,
    },
    {
      name: 'TradingRateLimited',
      severity: 'warning',
      expression: `sum by (${by(ATTR_TRADING_PROVIDER_NAME)}) (increase(${select(tradingProviderRateLimitHits)}[10m])) > ${thresholds.rateLimitHits}`,
      forSeconds: 0,
      summary: `${provider} refused {{ $value | printf "%.0f" }} requests of ${bot} as too many`,
      description: `Within ten minutes. The threshold is ${show('rateLimitHits')}. Many venues ban clients that go on.`,
      inhibits: [{ alerts: ['TradingProviderErrors'], attributes: [ATTR_TRADING_PROVIDER_NAME] }],
    },
  ];
}

/** Always fires. Its receiver raises the alarm when it stops coming. */
const watchdog: Alert = {
  name: 'TradingWatchdog',
  severity: 'none',
  expression: 'vector(1)',
  forSeconds: 0,
  summary: 'Alerts are evaluated and delivered',
  description:
    'This alert always fires. Send it to a service outside that alarms you when it stops: then Prometheus or Alertmanager is down.',
  about: 'none',
};
