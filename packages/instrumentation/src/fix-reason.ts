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

/** FIX BusinessRejectReason(380). */
const businessRejectReasons: Readonly<Record<number, string>> = {
  0: 'other',
  1: 'unknown_id',
  2: 'unknown_security',
  3: 'unsupported_message_type',
  4: 'application_not_available',
  5: 'conditionally_required_field_missing',
  6: 'not_authorized',
  7: 'deliverto_firm_not_available',
  18: 'invalid_price_increment',
};

/** FIX SessionRejectReason(373). */
const sessionRejectReasons: Readonly<Record<number, string>> = {
  0: 'invalid_tag_number',
  1: 'required_tag_missing',
  2: 'tag_not_defined_for_this_message_type',
  3: 'undefined_tag',
  4: 'tag_specified_without_a_value',
  5: 'value_is_incorrect',
  6: 'incorrect_data_format_for_value',
  7: 'decryption_problem',
  8: 'signature_problem',
  9: 'compid_problem',
  10: 'sendingtime_accuracy_problem',
  11: 'invalid_msgtype',
  13: 'tag_appears_more_than_once',
  14: 'tag_specified_out_of_required_order',
  15: 'repeating_group_fields_out_of_order',
  16: 'incorrect_numingroup_count',
};

const fields: readonly (readonly [key: string, reasons: Readonly<Record<number, string>>])[] = [
  ['ordRejReason', orderRejectReasons],
  ['OrdRejReason', orderRejectReasons],
  ['103', orderRejectReasons],
  ['cxlRejReason', cancelRejectReasons],
  ['CxlRejReason', cancelRejectReasons],
  ['102', cancelRejectReasons],
  ['businessRejectReason', businessRejectReasons],
  ['BusinessRejectReason', businessRejectReasons],
  ['380', businessRejectReasons],
  ['sessionRejectReason', sessionRejectReasons],
  ['SessionRejectReason', sessionRejectReasons],
  ['373', sessionRejectReasons],
];

/**
 * Returns the name of the reason in a FIX reject, by field name or by tag: OrdRejReason(103), CxlRejReason(102),
 * BusinessRejectReason(380) or SessionRejectReason(373).
 */
export function fixReasonOf(message: unknown): string | undefined {
  for (const [key, reasons] of fields) {
    const reason = toInteger(readField(message, key));
    if (reason !== undefined) return reasons[reason] ?? 'other';
  }
  return undefined;
}
