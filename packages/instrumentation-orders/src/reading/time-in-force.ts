import {
  type ATTR_TRADING_ORDER_TIME_IN_FORCE,
  type AttributesOf,
  type tradingOrderClosed,
} from '@trademeter/semantic-conventions';

/** How long an order stays in force: FIX TimeInForce(59). */
export type TimeInForce = NonNullable<AttributesOf<typeof tradingOrderClosed>[typeof ATTR_TRADING_ORDER_TIME_IN_FORCE]>;

type UpperCase = 'DAY' | 'GTC' | 'OPG' | 'IOC' | 'FOK' | 'GTD' | 'CLS' | 'GTT' | 'GTX' | 'PO';

/** FIX TimeInForce(59) as brokers abbreviate it, and the values that ccxt and Binance use for post-only orders. */
export type TimeInForceAbbreviation = UpperCase | Lowercase<UpperCase>;
