export type { Moment } from '@trademeter/instrumentation';
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
} from './instrument-orders.ts';
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
  Trade,
} from './order-types.ts';
export type { TimeInForce, TimeInForceAbbreviation } from './time-in-force.ts';
