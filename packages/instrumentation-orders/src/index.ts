export type { Moment } from '@trademeter/instrumentation';
export type { Order } from './order.ts';
export type {
  Fee,
  Fill,
  Liquidity,
  NewOrder,
  OrderFill,
  OrderKey,
  OrderOperation,
  OrderOutcome,
  OrderReplacement,
  OrderSide,
  OrderType,
  PositionSide,
  ResumedOrder,
  TimeInForce,
  Trade,
} from './order-facts.ts';
export {
  instrumentOrders,
  type OrderMetrics,
  type OrderReports,
  type OrdersOptions,
  type ReportedClose,
  type ReportedFill,
  type ReportedOpenOrders,
  type ReportedRejection,
  type ReportedRequest,
} from './order-metrics.ts';
export type { TimeInForceAbbreviation } from './time-in-force.ts';
