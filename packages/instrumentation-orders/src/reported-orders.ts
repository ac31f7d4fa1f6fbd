import { epochMilliseconds, Log, type Meter, readFigure, secondsBetween } from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_FILL_CORRECTIONS,
  METRIC_TRADING_ORDER_FILLS,
  METRIC_TRADING_ORDER_REPLACEMENTS,
} from '@trademeter/semantic-conventions';
import { Order } from './order.ts';
import type {
  ReportedBust,
  ReportedCorrection,
  ReportedReplacement,
  ReportedResume,
  ReportedUpdate,
} from './order-types.ts';
import { resumedOrder } from './reading/order-start.ts';
import { meaningOfStatus } from './reading/order-status.ts';
import { sideOf } from './reading/order-words.ts';
import { parseId } from './reading/parse-fill.ts';
import { isGiven } from './reading/read-optional.ts';
import type { OrderRecorder } from './recording/order-recorder.ts';

const mostAwaited = 1_000;
/** A message that shows an order open and unfilled so long after its end is not a late one. */
const reuseSeconds = 12 * 60 * 60;
const clockSeconds = 60 * 60;
/** Limits memory: some orders are never closed, and closed ones are kept to recognize repeated messages. */
const mostOrders = 10_000;

/** `:USDT` of a symbol of ccxt, or `-SWAP` of one of the venue. */
const swapSuffix = /(?<=\/.*):[A-Z\d.]+$|[-_](?:swap|perp|perpetual)$/iu;

/** `BTC/USDT`, `BTC-USDT` and `btcusdt` are the same symbol. */
function lettersOf(symbol: string): string {
  return symbol.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
}

/** Not empty if a symbol is another one than that of an order. Some venues spell a symbol in two ways. */
function symbolSuffix(known: Order, symbol: unknown): string {
  if (typeof symbol !== 'string' || symbol === '' || known.symbol === symbol) return '';
  return typeof known.symbol === 'string' && isSameSymbol(known.symbol, symbol) ? '' : `\n${lettersOf(symbol)}`;
}

/** Whether one is ccxt's spelling and one the venue's, which need not say that it is a swap. */
function isSameSymbol(one: string, other: string): boolean {
  if (lettersOf(one) === lettersOf(other)) return true;
  if (one.includes('/') === other.includes('/')) return false;
  return lettersOf(one.replace(swapSuffix, '')) === lettersOf(other.replace(swapSuffix, ''));
}

/** Not empty if the side is the opposite one. */
function sideSuffix(known: Order, side: unknown): string {
  const meant = sideOf(side);
  if (meant === undefined || known.isBuy === undefined || (meant === 'buy') === known.isBuy) return '';
  return meant === 'buy' ? '\nbuy' : '\nsell';
}

/**
 * Tracks orders without a handle by id: up to 10,000 open and 10,000 closed ones. Beyond that, the order that was
 * reported longest ago is dropped.
 */
export class ReportedOrders {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  readonly #open = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();
  /** The new key of each replaced order, by its old key. */
  readonly #replaced = new Map<string, string>();
  /** Replacements of orders that are not known yet, by the key of the order. */
  readonly #awaited = new Map<string, { readonly replacement: ReportedReplacement; readonly since: number }>();
  /** The account of each order for which a message named one. */
  readonly #accounts = new WeakMap<Order, string>();
  readonly #log = new Log('instrumentation-orders');

  constructor(meter: Meter, recorder: OrderRecorder) {
    this.#meter = meter;
    this.#recorder = recorder;
  }

  /** May throw, before anything is recorded. */
  update(update: ReportedUpdate): void {
    // The side of an execution may be that of its maker, or of a leg.
    const isOfOrder = isGiven(update.status) || isGiven(update.filledQuantity);
    const key = this.#keyOf(update, update.orderId, isOfOrder);
    if (key === undefined) return;
    const known = this.#current(key, update);
    if (known !== undefined && this.#replaced.has(key)) {
      known.updateReplaced(update);
      return;
    }
    this.#replaced.delete(key);
    const order = known ?? this.#follow(update, undefined);
    if (order === undefined) return;
    order.update(update);
    this.#keep(key, order);
    if (known === undefined) this.#replaceAgain(key);
  }

  /** May throw, before anything is recorded. */
  resume(resumed: ReportedResume): void {
    const key = this.#keyOf(resumed, resumed.orderId);
    if (key === undefined || this.#current(key, { ...resumed, status: 'open' }) !== undefined) return;
    const order = this.#follow(resumed, resumed);
    if (order === undefined) return;
    this.#keep(key, order);
    this.#replaceAgain(key);
  }

  /** May throw, before anything is recorded. */
  replace(replacement: ReportedReplacement): void {
    const { orderId, newOrderId } = replacement;
    const key = this.#keyOf(replacement, orderId);
    if (key === undefined) return;
    const order = this.#find(key);
    if (order === undefined) {
      const isNew = newOrderId !== undefined && newOrderId !== null;
      const newKey = isNew ? this.#keyOf(replacement, newOrderId) : undefined;
      if (newKey !== undefined && newKey !== key) this.#await(key, replacement);
      else if (!isNew || newKey === key) this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'replacement');
      return;
    }
    const newKey = newOrderId === undefined || newOrderId === null ? key : this.#keyOf(replacement, newOrderId);
    // Delivered again: the order has its new id already.
    const next = newKey === undefined ? undefined : this.#find(newKey);
    if (newKey === undefined || (this.#replaced.has(key) && next === order)) return;
    if (next === undefined && order.isSuperseded) {
      this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'second replacement');
      return;
    }
    if (next !== undefined && next !== order) {
      // Its new id was reported first.
      const [oldKey, liveKey] = [this.#liveKeyOf(key), this.#liveKeyOf(newKey)];
      if (order.supersede(next, replacement)) this.#rename(oldKey, liveKey);
      else this.#keep(oldKey, order);
      this.#keep(liveKey, next);
      return;
    }
    if (newKey === key) order.replace(replacement);
    else order.replaceId(replacement);
    this.#rename(this.#liveKeyOf(key), newKey);
    this.#keep(newKey, order);
    this.#replaceAgain(newKey);
  }

  /** Applies a replacement that was reported before the order that it replaces was known. */
  #replaceAgain(key: string): void {
    const awaited = this.#awaited.get(key);
    if (awaited === undefined) return;
    this.#awaited.delete(key);
    // The id may be that of another order by now.
    if (secondsBetween(awaited.since, this.#meter.now()) > reuseSeconds) {
      this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'replacement');
    } else this.replace(awaited.replacement);
  }

  /** Keeps a replacement until the order that it replaces is known: replacements may arrive in any sequence. */
  #await(key: string, replacement: ReportedReplacement): void {
    const { orderId, newOrderId, venue, symbol, account, side, quantity, expectedPrice, filledQuantity } = replacement;
    const named = { orderId, newOrderId, venue, symbol, account, side };
    this.#awaited.delete(key);
    // Copied, because the caller may use its object again.
    this.#awaited.set(key, {
      replacement: { ...named, quantity, expectedPrice, filledQuantity },
      since: this.#meter.now(),
    });
    this.#log.warnOnce(
      'got a replacement of an unknown order: it counts as soon as an update of the order is reported',
      'replacement',
    );
    if (this.#awaited.size <= mostAwaited) return;
    this.#awaited.delete(this.#awaited.keys().next().value as string);
    this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'replacement');
  }

  /** May throw, before anything is recorded. */
  correct(correction: ReportedCorrection): void {
    this.#revise(correction, (order) => order.correct(correction));
  }

  /** May throw, before anything is recorded. */
  bust(bust: ReportedBust): void {
    this.#revise(bust, (order) => order.bust(bust));
  }

  /** Does not start to track an unknown order: nothing says what was counted for it, or whether it is open. */
  #revise(revision: ReportedCorrection | ReportedBust, revise: (order: Order) => void): void {
    const key = this.#keyOf(revision, revision.orderId);
    if (key === undefined) return;
    const order = this.#find(key);
    if (order === undefined) {
      this.#dropUnknown(METRIC_TRADING_ORDER_FILL_CORRECTIONS, 'correction or a bust');
      return;
    }
    revise(order);
    this.#keep(this.#liveKeyOf(key), order);
  }

  /** Keeps one entry for an order, whatever its ids were. */
  #rename(key: string, newKey: string): void {
    this.#replaced.delete(newKey);
    if (key === newKey) return;
    this.#open.delete(key);
    this.#ended.delete(key);
    this.#replaced.set(key, newKey);
    if (this.#replaced.size > mostOrders) this.#replaced.delete(this.#replaced.keys().next().value as string);
  }

  /** Follows replacements to the current key of an order. */
  #liveKeyOf(key: string): string {
    let live = key;
    for (let next = this.#replaced.get(live); next !== undefined; next = this.#replaced.get(live)) live = next;
    return live;
  }

  /** Whether an update is about a new order with the id of one that has ended: some ids are unique for a day only. */
  #isReused(known: Order, { placedTime, time, status, filledQuantity, executions }: ReportedUpdate): boolean {
    const endedSeconds = known.endedSeconds;
    if (endedSeconds === undefined) return false;
    const now = this.#meter.calendarNow();
    const ageOf = (moment: ReportedUpdate['time']) =>
      isGiven(moment) ? (now - epochMilliseconds(moment, now)) / 1_000 : Number.NaN;
    // A late message.
    if (ageOf(time) > endedSeconds) return false;
    const placedSeconds = ageOf(placedTime);
    // The clock of the venue may be ahead. A time further in the future is a mistake, and proves nothing.
    if (!Number.isNaN(placedSeconds)) {
      return placedSeconds >= -clockSeconds && placedSeconds < endedSeconds - clockSeconds;
    }
    const meaning = meaningOfStatus(status);
    const isUnfilled = (filledQuantity ?? 0) === 0 || readFigure(filledQuantity) === 0;
    const hasExecutions = Array.isArray(executions) && executions.length > 0;
    return (
      endedSeconds > reuseSeconds && (meaning === 'alive' || meaning === 'pending') && isUnfilled && !hasExecutions
    );
  }

  /** @returns the tracked order with an id, unless a message is about a new order with that id */
  #current(key: string, message: ReportedUpdate): Order | undefined {
    const known = this.#find(key);
    if (known === undefined || !this.#isReused(known, message)) return known;
    this.#ended.delete(this.#liveKeyOf(key));
    this.#replaced.delete(key);
    return undefined;
  }

  /**
   * @param isOfOrder whether the side is that of the order
   * @returns `undefined` for an invalid id, which is dropped, counted and logged once
   */
  #keyOf(
    { venue, symbol, account, side }: Partial<ReportedUpdate>,
    orderId: unknown,
    isOfOrder = true,
  ): string | undefined {
    const id = parseId(this.#meter, 'orderId', orderId);
    if (id === undefined) {
      if (orderId === undefined || orderId === null) this.#drop('missing_attribute', 'orderId is missing');
      return undefined;
    }
    const key = `${this.#recorder.venueOf(venue)}\n${id}`;
    const known = this.#find(key);
    if (known === undefined) return key;
    // At some venues, order ids are unique only within a symbol, an account, or a client.
    const own = `${key}${symbolSuffix(known, symbol)}${this.#accountSuffix(known, account)}`;
    const ofSide = `${own}${sideSuffix(known, side)}`;
    const full = isOfOrder || this.#find(ofSide) !== undefined ? ofSide : own;
    this.#nameAccount(this.#find(full), account);
    return full;
  }

  /** Not empty if the account is another one than a message named before. Not every message names it. */
  #accountSuffix(known: Order, account: unknown): string {
    const named = this.#accounts.get(known);
    const isOther = typeof account === 'string' && account !== '' && named !== undefined && account !== named;
    return isOther ? `\naccount ${account}` : '';
  }

  #nameAccount(order: Order | undefined, account: unknown): void {
    if (order === undefined || typeof account !== 'string' || account === '' || this.#accounts.has(order)) return;
    this.#accounts.set(order, account);
  }

  #find(key: string): Order | undefined {
    const live = this.#liveKeyOf(key);
    return this.#open.get(live) ?? this.#ended.get(live);
  }

  /** @param resumed what was filled before this process started; `undefined` if the updates include it */
  #follow(update: ReportedUpdate | ReportedResume, resumed: ReportedResume | undefined): Order | undefined {
    const { symbol, side, type } = update;
    if (symbol === undefined || symbol === null || side === undefined || side === null) {
      this.#drop('missing_attribute', 'the first update of an order must have its symbol and side');
      return undefined;
    }
    const { filledQuantity, averagePrice, executionIds } = resumed ?? {};
    const described = { ...update, symbol, side, type: type ?? '_OTHER', filledQuantity, averagePrice, executionIds };
    const order = new Order(this.#meter, this.#recorder, resumedOrder(this.#meter, this.#recorder, described));
    this.#nameAccount(order, update.account);
    return order;
  }

  #keep(key: string, order: Order): void {
    this.#open.delete(key);
    this.#ended.delete(key);
    const orders = order.isOpen ? this.#open : this.#ended;
    orders.set(key, order);
    if (orders.size <= mostOrders) return;
    const [oldestKey, oldest] = orders.entries().next().value as [string, Order];
    orders.delete(oldestKey);
    if (orders === this.#ended) return;
    oldest.forget();
    this.#drop('too_many_series', `more than ${mostOrders} open orders: stopped tracking the one reported longest ago`);
  }

  #dropUnknown(metric: string, what: string): void {
    const detail = `got a ${what} of an unknown order: report an update of the order first`;
    this.#meter.drop(metric, 'invalid_argument', detail);
  }

  #drop(reason: 'missing_attribute' | 'too_many_series', detail: string): void {
    this.#meter.drop(METRIC_TRADING_ORDER_FILLS, reason, detail);
  }
}
