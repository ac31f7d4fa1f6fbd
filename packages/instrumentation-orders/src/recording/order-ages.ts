import { attributeValue, type Meter, secondsBetween } from '@trademeter/instrumentation';
import { ATTR_TRADING_SYMBOL, ATTR_TRADING_VENUE, tradingOrderAge } from '@trademeter/semantic-conventions';

/** The venue and symbol of an order. */
interface Place {
  readonly venue: string;
  readonly symbol: string;
  /** Identifies the place; `undefined` if it cannot be recorded. */
  readonly placeKey: string | undefined;
}

interface OpenOrders extends Pick<Place, 'venue' | 'symbol'> {
  /** When each order with a handle was placed, in milliseconds since the epoch. */
  readonly placed: Map<object, number>;
  /** When the oldest order without a handle was placed, by side. */
  readonly reported: Map<string, number>;
}

const { attributes: definitions, cardinalityLimit: mostSymbols } = tradingOrderAge;
/** Limits memory, because some orders are never closed. Further orders do not count towards the age. */
const mostOrders = 100_000;

/** Observes the age of the oldest open order of each symbol: computed at collection, 0 while none is open. */
export class OrderAges {
  readonly #meter: Meter;
  readonly #open = new Map<string, OpenOrders>();
  #count = 0;
  /** Whether every symbol had open orders when one was last looked for that has none. */
  #isFull = false;

  constructor(meter: Meter) {
    this.#meter = meter;
    meter.observable(tradingOrderAge).observe((observe) => {
      const now = meter.calendarNow();
      for (const orders of this.#open.values()) {
        observe(secondsBetween(oldestTime(orders, now), now), {
          [ATTR_TRADING_VENUE]: orders.venue,
          [ATTR_TRADING_SYMBOL]: orders.symbol,
        });
      }
    });
  }

  /**
   * Adds an open order. Never throws.
   *
   * @param order identifies the order until it has ended
   * @param ageSeconds how long ago it was placed
   */
  opened(order: object, place: Place, ageSeconds = 0): void {
    const placed = this.#meter.calendarNow() - ageSeconds * 1000;
    if (!Number.isFinite(placed) || this.#count >= mostOrders) return;
    const orders = this.#ordersOf(place);
    if (orders === undefined || orders.placed.has(order)) return;
    orders.placed.set(order, placed);
    this.#count += 1;
  }

  ended(order: object, place: Place): void {
    const key = place.placeKey;
    if (key === undefined || this.#open.get(key)?.placed.delete(order) !== true) return;
    this.#count -= 1;
    this.#isFull = false;
  }

  /** @param ageSeconds the age of the oldest open order on this side; `undefined` if none is open or it is not known */
  reported(place: Place & { readonly side: string }, ageSeconds: number | undefined): void {
    if (ageSeconds === undefined) {
      const key = place.placeKey;
      if (key !== undefined && this.#open.get(key)?.reported.delete(place.side) === true) this.#isFull = false;
      return;
    }
    const placed = this.#meter.calendarNow() - ageSeconds * 1000;
    if (Number.isFinite(placed)) this.#ordersOf(place)?.reported.set(place.side, placed);
  }

  /** @returns `undefined` for orders that cannot have a series; the metrics that count orders log it */
  #ordersOf(place: Place): OpenOrders | undefined {
    const key = place.placeKey;
    if (key === undefined) return undefined;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const venue = attributeValue(definitions[ATTR_TRADING_VENUE], place.venue);
    const symbol = attributeValue(definitions[ATTR_TRADING_SYMBOL], place.symbol);
    if (venue === undefined || symbol === undefined) return undefined;
    if (this.#open.size >= mostSymbols && !this.#forgetOne()) {
      this.#meter.drop(
        tradingOrderAge.name,
        'too_many_series',
        `order age is recorded for at most ${mostSymbols} symbols with open orders, got one more`,
      );
      return undefined;
    }
    const orders: OpenOrders = { venue, symbol, placed: new Map(), reported: new Map() };
    this.#open.set(key, orders);
    return orders;
  }

  /** Removes one symbol without open orders, which reads 0. */
  #forgetOne(): boolean {
    if (this.#isFull) return false;
    for (const [key, { placed, reported }] of this.#open) {
      if (placed.size === 0 && reported.size === 0) return this.#open.delete(key);
    }
    this.#isFull = true;
    return false;
  }
}

/** When the oldest open order was placed; `now` if none is open. */
function oldestTime({ placed, reported }: OpenOrders, now: number): number {
  let oldest = now;
  for (const time of placed.values()) if (time < oldest) oldest = time;
  for (const time of reported.values()) if (time < oldest) oldest = time;
  return oldest;
}
