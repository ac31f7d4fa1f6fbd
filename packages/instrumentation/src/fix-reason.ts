import { toInteger } from './http-status.ts';
import { readField } from './read-field.ts';

/** FIX OrdRejReason(103), with the names of the semantic conventions. */
const orderRejectReasons: Readonly<Record<number, string>> = {
  0: 'broker_credit',
  1: 'unknown_symbol',
  2: 'exchange_closed',
  3: 'order_exceeds_limit',
  4: 'too_late_to_enter',
  5: 'unknown_order',
  6: 'duplicate_order',
  7: 'duplicate_of_a_verbally_communicated_order',
  8: 'stale_order',
  9: 'trade_along_required',
  10: 'invalid_investor_id',
  11: 'unsupported_order_characteristic',
  12: 'surveillance_option',
  13: 'incorrect_quantity',
  14: 'incorrect_allocated_quantity',
  15: 'unknown_account',
  16: 'price_exceeds_current_price_band',
  18: 'invalid_price_increment',
  19: 'reference_price_not_available',
  20: 'notional_value_exceeds_threshold',
  22: 'short_sell_not_permitted',
  25: 'insufficient_credit_limit',
  27: 'exceeded_max_notional_order_amt',
  99: 'other',
};

/** FIX CxlRejReason(102). */
const cancelRejectReasons: Readonly<Record<number, string>> = {
  0: 'too_late_to_cancel',
  1: 'unknown_order',
  2: 'broker_credit',
  3: 'already_pending',
  4: 'unable_to_process_mass_cancel',
  5: 'orig_ord_mod_time_mismatch',
  6: 'duplicate_order',
  7: 'price_exceeds_current_price',
  8: 'price_exceeds_current_price_band',
  18: 'invalid_price_increment',
  99: 'other',
};

const fields: readonly (readonly [key: string, reasons: Readonly<Record<number, string>>])[] = [
  ['ordRejReason', orderRejectReasons],
  ['OrdRejReason', orderRejectReasons],
  ['103', orderRejectReasons],
  ['cxlRejReason', cancelRejectReasons],
  ['CxlRejReason', cancelRejectReasons],
  ['102', cancelRejectReasons],
];

/** Returns the name of the reason in a FIX reject: OrdRejReason(103) or CxlRejReason(102), by field name or by tag. */
export function fixReasonOf(message: unknown): string | undefined {
  for (const [key, reasons] of fields) {
    const reason = toInteger(readField(message, key));
    if (reason !== undefined) return reasons[reason] ?? 'other';
  }
  return undefined;
}
