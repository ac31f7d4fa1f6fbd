import type { Meter } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ORDER_TIME_IN_FORCE,
  type AttributesOf,
  tradingOrderClosed,
} from '@trademeter/semantic-conventions';

/** FIX TimeInForce(59). */
export type TimeInForce = NonNullable<AttributesOf<typeof tradingOrderClosed>[typeof ATTR_TRADING_ORDER_TIME_IN_FORCE]>;

/**
 * How brokers and their libraries abbreviate FIX TimeInForce(59); `DAY` is the conventions' own word.
 *
 * - GTC, IOC, FOK: all of them, and ccxt (https://docs.ccxt.com, `timeInForce`)
 * - OPG, CLS: Alpaca (https://docs.alpaca.markets/docs/orders-at-alpaca, `time_in_force`), OPG also Interactive Brokers
 * - GTD: Interactive Brokers (https://interactivebrokers.github.io/tws-api/classIBApi_1_1Order.html, `Tif`), Binance
 */
const abbreviations = {
  GTC: 'good_till_cancel',
  OPG: 'at_the_open',
  IOC: 'immediate_or_cancel',
  FOK: 'fill_or_kill',
  GTD: 'good_till_date',
  CLS: 'at_the_close',
} as const satisfies Record<string, TimeInForce>;

type UpperCase = keyof typeof abbreviations | 'DAY';

/** FIX TimeInForce(59), as brokers abbreviate it. */
export type TimeInForceAbbreviation = UpperCase | Lowercase<UpperCase>;

/** The time in force that is meant; one that is none is dropped, counted and told. */
export function parseTimeInForce(meter: Meter, given: unknown): TimeInForce | undefined {
  const upper = typeof given === 'string' ? given.toUpperCase() : '';
  const meant = Object.hasOwn(abbreviations, upper) ? abbreviations[upper as keyof typeof abbreviations] : given;
  return meter.attribute(tradingOrderClosed, ATTR_TRADING_ORDER_TIME_IN_FORCE, meant);
}
