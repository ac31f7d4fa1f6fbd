import type { ExecutionBust, ExecutionCorrection, OrderFee, OrderUpdate } from '@trademeter/instrumentation-orders';
import type { Amount } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { HistoryEvent, Market } from './history.ts';

/** A message about an order, as the bot passes it on. */
export type Message =
  | {
      readonly update: OrderUpdate;
      /** The total in it, where the venue reports totals alone. */
      readonly total?: Amount;
    }
  | { readonly fee: OrderFee }
  | { readonly correction: ExecutionCorrection }
  | { readonly bust: ExecutionBust };

/** How a venue reports on its orders, and what a bot does with that. */
export interface Dialect {
  readonly market: Market;
  /** To how many places the venue rounds the averages that it sends; `undefined` when it sends sums or executions. */
  readonly averagePlaces?: number;
  /** Whether fees come apart from their executions, so that an order must be followed. */
  readonly hasApartFees?: boolean;
  /** Whether the venue reports no executions: every rise of a total that is seen counts as a fill. */
  readonly hasTotalsOnly?: boolean;
  /** What the venue sends when something has happened to an order. */
  messagesOf(order: VenueOrder, kind: HistoryEvent['kind'], previous?: Execution): readonly Message[];
}
