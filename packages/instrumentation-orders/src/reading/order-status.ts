import { describeValue, type Meter } from '@trademeter/instrumentation';
import { tradingOrderClosed } from '@trademeter/semantic-conventions';
import type { OrderOutcome } from '../order-types.ts';

/**
 * The meaning of a status. `pending`: nothing is known yet. `alive`: the venue has the order. `paused`: the venue has
 * it, and may report an open quantity of 0 until it resumes. `closed`: it ended, and its figures say how. Any other
 * meaning is an outcome.
 */
export type StatusMeaning = 'pending' | 'alive' | 'paused' | 'closed' | Exclude<OrderOutcome, 'failed'>;

/**
 * The statuses of FIX OrdStatus(39), ccxt, Alpaca, Binance, Bybit, Coinbase, Interactive Brokers, Kraken and OKX, in
 * lower case without separators. A status that only pauses an order (`done_for_day`, `suspended`, `calculated`) leaves
 * it open.
 */
const meanings: Readonly<Record<string, StatusMeaning>> = {
  ...each(
    'pending',
    'a',
    'pending',
    'pendingnew',
    'pendingsubmit',
    'apipending',
    'created',
    'received',
    'queued',
    'init',
  ),
  ...each('alive', '0', 'new', 'open', 'live', 'active', 'accepted', 'presubmitted', 'submitted', 'resting', 'placed'),
  ...each('alive', '1', 'partial', 'partiallyfilled', 'partialfilled', 'partialfill', 'partialyfilled', 'trade'),
  ...each('alive', '7', 'stopped'),
  ...each('paused', '3', 'doneforday', '9', 'suspended', 'b', 'calculated', 'held', 'paused'),
  ...each('alive', 'd', 'acceptedforbidding', '5', 'replaced', 'orderreplacerejected', 'ordercancelrejected'),
  ...each('alive', '6', 'pendingcancel', 'cancelqueued', 'canceling', 'cancelling'),
  ...each('alive', 'e', 'pendingreplace', 'editqueued', 'untriggered', 'triggered', 'effective', 'working'),
  ...each('filled', '2', 'filled', 'fill', 'fullyfilled', 'fullfilled', 'executed', 'completed', 'complete'),
  ...each('closed', 'closed', 'done', 'settled'),
  ...each('canceled', '4', 'canceled', 'cancelled', 'apicanceled', 'apicancelled', 'mmpcanceled', 'deactivated'),
  ...each('canceled', 'partiallyfilledcanceled', 'partiallycanceled', 'partialcanceled', 'partiallycancelled'),
  ...each('expired', 'c', 'expired', 'expiredinmatch'),
  ...each('rejected', '8', 'rejected', 'failed', 'orderfailed', 'inactive'),
};

function each(meaning: StatusMeaning, ...words: readonly string[]): Record<string, StatusMeaning> {
  return Object.fromEntries(words.map((word) => [word, meaning]));
}

/** Reads a status. An unknown one is dropped, counted and logged once. @returns `undefined` without a known status */
export function parseStatus(meter: Meter, status: unknown): StatusMeaning | undefined {
  if (status === undefined || status === null) return undefined;
  const word = typeof status === 'string' ? status.toLowerCase().replaceAll(/[^a-z\d]+/gu, '') : '';
  if (Object.hasOwn(meanings, word)) return meanings[word];
  const detail = `the status must be one of FIX OrdStatus(39) or of a venue in the README, got ${describeValue(status)}`;
  meter.drop(tradingOrderClosed.name, 'invalid_attribute', detail);
  return undefined;
}
