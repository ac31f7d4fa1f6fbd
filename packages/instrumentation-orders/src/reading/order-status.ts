import { describeValue, type Meter } from '@trademeter/instrumentation';
import { tradingOrderClosed } from '@trademeter/semantic-conventions';
import type { OrderOutcome } from '../order-types.ts';
import { compact } from './order-words.ts';

/**
 * The meaning of a status. `pending`: nothing is known yet. `alive`: the venue has the order. `paused`: the venue has
 * it, and may report an open quantity of 0 until it resumes. `closed`: it ended, and its figures say how. Any other
 * meaning is an outcome.
 */
export type StatusMeaning = 'pending' | 'alive' | 'paused' | 'closed' | Exclude<OrderOutcome, 'failed'>;

/**
 * The statuses of FIX OrdStatus(39), ccxt, Alpaca, Binance, Bitfinex, Bitget, Bybit, Coinbase, Deribit, dYdX, Gate,
 * Hyperliquid, Interactive Brokers, Kraken, KuCoin, OKX, Schwab, Zerodha and others, in lower case without separators.
 * A status that only pauses an order (`done_for_day`, `suspended`, `calculated`) leaves it open.
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
    'initial',
    'inprogress',
    'inqueue',
    'inflight',
    'routed',
    'putorderreqreceived',
    'validationpending',
    'openpending',
    'pendingactivation',
    'pendingacknowledgement',
  ),
  ...each('alive', '0', 'new', 'open', 'live', 'active', 'accepted', 'presubmitted', 'submitted', 'resting', 'placed'),
  ...each('alive', '1', 'partial', 'partiallyfilled', 'partialfilled', 'partialfill', 'partialyfilled', 'trade'),
  ...each('alive', 'filledpartial', 'filledpartially'),
  ...each('alive', '7', 'stopped', 'match', 'update', 'updated', 'booked', 'untouched', 'enteredbook', 'wait', 'watch'),
  ...each('paused', '3', 'doneforday', '9', 'suspended', 'b', 'calculated', 'held', 'paused', 'pause'),
  ...each('alive', 'd', 'acceptedforbidding', '5', 'replaced', 'amended', 'modified', 'restated', 'icebergrefill'),
  ...each('alive', '6', 'pendingcancel', 'cancelqueued', 'canceling', 'cancelling', 'cancelpending', 'cancelrequested'),
  ...each('alive', 'e', 'pendingreplace', 'editqueued', 'untriggered', 'triggered', 'effective', 'working'),
  ...each('alive', 'replacerequested', 'modifypending', 'modifyvalidationpending', 'triggerpending', 'triggering'),
  ...each('alive', 'waitingforfill', 'waitingfortrigger', 'triggerplaced', 'nottrigger', 'executing', 'contingent'),
  // dYdX: the order may still fill.
  ...each('alive', 'besteffortopened', 'besteffortcanceled', 'partiallyeffective', 'newinsurance', 'newadl', 'ack'),
  ...each('filled', '2', 'filled', 'fill', 'fullyfilled', 'fullfilled', 'fullfill', 'fullyexecuted', 'forcedexecuted'),
  ...each('filled', 'executed', 'completed', 'complete'),
  ...each('closed', 'closed', 'done', 'settled', 'finished', 'finish'),
  ...each('canceled', '4', 'cancel', 'deactivated', 'removed', 'partiallyremoved', 'scheduledcancel'),
  // Bitfinex cancels what is left of an order that the balance does not cover.
  ...each('canceled', 'insufficientbalance', 'insufficientmargin'),
  ...each('expired', 'c', 'expired', 'expiredinmatch'),
  ...each('rejected', '8', 'failed', 'orderfailed', 'inactive', 'error', 'failexecute', 'failtrigger', 'triggerfailed'),
  ...each('rejected', 'ioccancelrejected', 'rsndust', 'rsnpause', 'triggeractivationfailure'),
};

/** The parts of a word that say what it means: `marginCanceled`, `canceled-self-trade`, `minTradeNtlRejected`. */
const forms: readonly (readonly [form: RegExp, meaning: StatusMeaning | undefined])[] = [
  // The order that was not to be canceled or replaced is open.
  [
    /(?:cancel(?:l?ation)?|replace(?:ment)?|amend(?:ment)?|edit|modify|modification|change|update)(?:order|request|req)*rejected$/,
    'alive',
  ],
  [/pending.*cancel|cancel.*pending|^awaiting/, 'alive'],
  [/^not(?:cancell?ed|rejected)/, undefined],
  [/cancell?ed$|^cancell?ed/, 'canceled'],
  [/rejected$/, 'rejected'],
];

/** What Bitfinex appends: `EXECUTED @ 107.6(-0.2)`, `CANCELED was: PARTIALLY FILLED @ 1.0(2.0)`, `RSN_DUST (…)`. */
const appendix = /\s*(?:@|(?<=^RSN_[A-Z]+\s*)\(|:?\s+was\b).*$/s;

function each(meaning: StatusMeaning, ...words: readonly string[]): Record<string, StatusMeaning> {
  return Object.fromEntries(words.map((word) => [word, meaning]));
}

const longestStatus = 200;

/** Reads a status. An unknown one is dropped, counted and logged once. @returns `undefined` without a known status */
export function parseStatus(meter: Meter, status: unknown): StatusMeaning | undefined {
  if (status === undefined || status === null) return undefined;
  const meaning = meaningOfStatus(status);
  if (meaning === undefined) {
    const detail = `the status must be one of FIX OrdStatus(39) or of a venue in docs/venues.md, got ${describeValue(status)}`;
    meter.drop(tradingOrderClosed.name, 'invalid_attribute', detail);
  }
  return meaning;
}

/** The meaning of a status; `undefined` if it is not known. */
export function meaningOfStatus(status: unknown): StatusMeaning | undefined {
  if (typeof status === 'string' && Object.hasOwn(meanings, status)) return meanings[status];
  const word = typeof status === 'string' ? compact(status.slice(0, longestStatus).replace(appendix, '')) : '';
  return Object.hasOwn(meanings, word) ? meanings[word] : forms.find(([form]) => form.test(word))?.[1];
}
