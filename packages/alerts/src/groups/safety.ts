import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_BREAKER_NAME,
  ATTR_TRADING_RISK_LIMIT_NAME,
  ATTR_TRADING_VENUE,
  tradingBreakerStatus,
  tradingBreakerTrips,
  tradingKillSwitchStatus,
  tradingPortfolioDrawdownCurrent,
  tradingPortfolioExposureGross,
  tradingPortfolioMarginUtilization,
  tradingPortfolioReturn,
  tradingPositionExits,
  tradingRiskLimitUtilization,
} from '@trademeter/semantic-conventions';
import { type RuleContext, value } from '../rule-context.ts';
import type { Alert, AlertGroup } from '../rules.ts';
import { select } from '../series.ts';

/** Alerts for money at risk, and for trading that was stopped to protect it. */
export function safetyGroup(context: RuleContext): AlertGroup {
  return { name: 'safety', title: 'Safety', alerts: [...halts(context), ...losses(context), ...limits(context)] };
}

function halts({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const breaker = value(ATTR_TRADING_BREAKER_NAME);
  return [
    {
      name: 'TradingKillSwitchActive',
      severity: 'critical',
      expression: `max by (${by()}) (${select(tradingKillSwitchStatus, { 'trading.kill_switch.state': 'active' })}) == 1`,
      forSeconds: 0,
      summary: `The kill switch of ${bot} is active`,
      description: 'All trading of this bot is halted until the kill switch is reset.',
      inhibits: [{ alerts: ['TradingBreakerOpen', 'TradingNoDecision', 'TradingNoTrade'] }],
    },
    {
      name: 'TradingBreakerOpen',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_BREAKER_NAME)}) (${select(tradingBreakerStatus, { 'trading.breaker.state': 'open' })}) == 1`,
      forSeconds: 0,
      summary: `The circuit breaker ${breaker} of ${bot} is open`,
      description: 'It halted trading. Open positions stay open.',
      inhibits: [
        { alerts: ['TradingDrawdownHigh', 'TradingDailyLossHigh', 'TradingNoDecision', 'TradingNoTrade'] },
        { alerts: ['TradingBreakerTripped'], attributes: [ATTR_TRADING_BREAKER_NAME] },
      ],
    },
    {
      name: 'TradingBreakerTripped',
      severity: 'warning',
      expression: `sum by (${by(ATTR_TRADING_BREAKER_NAME)}) (increase(${select(tradingBreakerTrips)}[5m])) > 0`,
      forSeconds: 0,
      summary: `The circuit breaker ${breaker} of ${bot} tripped`,
      description: 'It opened within the last five minutes, perhaps for less than the time between two scrapes.',
    },
    {
      name: 'TradingBreakerTripsOften',
      severity: 'warning',
      expression: `sum by (${by(ATTR_TRADING_BREAKER_NAME)}) (increase(${select(tradingBreakerTrips)}[1d])) >= ${thresholds.breakerTrips}`,
      forSeconds: 0,
      summary: `The circuit breaker ${breaker} of ${bot} tripped {{ $value | printf "%.0f" }} times in a day`,
      description: `The threshold is ${show('breakerTrips')}. A breaker that trips again and again hides a cause that nobody has removed.`,
    },
    {
      name: 'TradingLiquidation',
      severity: 'critical',
      expression: `sum by (${by()}) (increase(${select(tradingPositionExits, { 'trading.exit.trigger': 'liquidation' })}[15m])) > 0`,
      forSeconds: 0,
      summary: `A position of ${bot} was liquidated`,
      description: 'The venue or the bot closed a position by force within the last 15 minutes.',
    },
  ];
}

function losses({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const drawdown = `max by (${by(ATTR_TRADING_ACCOUNT)}) (${select(tradingPortfolioDrawdownCurrent)})`;
  const drawdownText = `Drawdown of ${bot} is {{ $value | humanizePercentage }}`;
  return [
    {
      name: 'TradingDrawdownHigh',
      severity: 'warning',
      expression: `${drawdown} > ${thresholds.drawdown}`,
      forSeconds: 300,
      summary: drawdownText,
      description: `Equity is this far below its highest value. The threshold is ${show('drawdown')}.`,
    },
    {
      name: 'TradingDrawdownCritical',
      severity: 'critical',
      expression: `${drawdown} > ${thresholds.drawdownCritical}`,
      forSeconds: 60,
      summary: drawdownText,
      description: `Equity is this far below its highest value. The threshold is ${show('drawdownCritical')}.`,
      inhibits: [{ alerts: ['TradingDrawdownHigh'], attributes: [ATTR_TRADING_ACCOUNT] }],
    },
    {
      name: 'TradingDailyLossHigh',
      severity: 'critical',
      expression: `min by (${by(ATTR_TRADING_ACCOUNT)}) (${select(tradingPortfolioReturn, { 'trading.period': 'day' })}) < -${thresholds.dailyLoss}`,
      forSeconds: 60,
      summary: `Today's return of ${bot} is {{ $value | humanizePercentage }}`,
      description: `The threshold is a loss of ${show('dailyLoss')} since the start of the day.`,
    },
  ];
}

function limits({ thresholds, by, bot, show }: RuleContext): Alert[] {
  const exposure = `max by (${by(ATTR_TRADING_ACCOUNT)}) (${select(tradingPortfolioExposureGross)})`;
  const exposureText = `Gross exposure of ${bot} is {{ $value | humanizePercentage }} of equity`;
  const utilization = `max by (${by(ATTR_TRADING_RISK_LIMIT_NAME)}) (${select(tradingRiskLimitUtilization)})`;
  const limitText = `The risk limit ${value(ATTR_TRADING_RISK_LIMIT_NAME)} of ${bot} is used to {{ $value | humanizePercentage }}`;
  return [
    {
      name: 'TradingExposureHigh',
      severity: 'warning',
      expression: `${exposure} > ${thresholds.exposure}`,
      forSeconds: 300,
      summary: exposureText,
      description: `Long and short positions together. The threshold is ${show('exposure')}.`,
    },
    {
      name: 'TradingExposureCritical',
      severity: 'critical',
      expression: `${exposure} > ${thresholds.exposureCritical}`,
      forSeconds: 60,
      summary: exposureText,
      description: `Long and short positions together. The threshold is ${show('exposureCritical')}.`,
      inhibits: [{ alerts: ['TradingExposureHigh'], attributes: [ATTR_TRADING_ACCOUNT] }],
    },
    {
      name: 'TradingMarginHigh',
      severity: 'critical',
      expression: `max by (${by(ATTR_TRADING_VENUE, ATTR_TRADING_ACCOUNT)}) (${select(tradingPortfolioMarginUtilization)}) > ${thresholds.marginUtilization}`,
      forSeconds: 60,
      summary: `Margin of ${bot} is used to {{ $value | humanizePercentage }}`,
      description: `A venue liquidates positions when the margin is used up. The threshold is ${show('marginUtilization')}.`,
    },
    {
      name: 'TradingRiskLimitNear',
      severity: 'warning',
      expression: `${utilization} > ${thresholds.limitUtilization}`,
      forSeconds: 300,
      summary: limitText,
      description: `The threshold is ${show('limitUtilization')}. Trades that would exceed the limit are refused.`,
    },
    {
      name: 'TradingRiskLimitExceeded',
      severity: 'critical',
      expression: `${utilization} > 1`,
      forSeconds: 60,
      summary: limitText,
      description: 'The limit is exceeded: a check before the trade did not enforce it, or the market moved past it.',
      inhibits: [{ alerts: ['TradingRiskLimitNear'], attributes: [ATTR_TRADING_RISK_LIMIT_NAME] }],
    },
  ];
}
