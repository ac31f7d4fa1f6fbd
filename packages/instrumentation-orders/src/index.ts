export type { Figure, Moment } from '@trademeter/instrumentation';
export {
  instrumentOrders,
  type OrderMetrics,
  type OrderReports,
  type OrdersOptions,
} from './instrument-orders.ts';
export type { Order } from './order.ts';
export type {
  ExecutionBust,
  ExecutionCorrection,
  Fee,
  Fill,
  Liquidity,
  NewOrder,
  OrderFee,
  OrderFill,
  OrderKey,
  OrderOperation,
  OrderOutcome,
  OrderReplacement,
  OrderSide,
  OrderType,
  OrderUpdate,
  PositionSide,
  ReportedClose,
  ReportedFee,
  ReportedFill,
  ReportedOpenOrders,
  ReportedRejection,
  ReportedReplacement,
  ReportedRequest,
  ReportedResume,
  ReportedUpdate,
  RequestOptions,
  ResumedOrder,
  Trade,
} from './order-types.ts';
export type { TimeInForce, TimeInForceAbbreviation } from './reading/time-in-force.ts';
