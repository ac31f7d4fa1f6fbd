import type { ExecutionBust, ExecutionCorrection, OrderFee, OrderUpdate } from '@trademeter/instrumentation-orders';
import type { Amount } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { HistoryEvent, Market } from './history.ts';

/** A message about an order, as the bot reports it. */
export type Message =
  | {
      readonly update: OrderUpdate;
      /** Its total, for venues that report only totals. */
      readonly total?: Amount;
    }
  | { readonly fee: OrderFee }
  | { readonly correction: ExecutionCorrection }
  | { readonly bust: ExecutionBust };

/** How a venue reports its orders, and how a bot reads these reports. */
export interface Dialect {
  readonly market: Market;
  /** Decimal places of the venue's averages; `undefined` if it sends sums or executions. */
  readonly averagePlaces?: number;
  /** Whether fees are reported separately from executions, so that the bot must follow the order. */
  readonly hasApartFees?: boolean;
  /** Whether the venue reports no executions, so each observed increase of a total is a fill. */
  readonly hasTotalsOnly?: boolean;
  /** The venue's messages about an event of an order. */
  messagesOf(order: VenueOrder, kind: HistoryEvent['kind'], previous?: Execution): readonly Message[];
}
