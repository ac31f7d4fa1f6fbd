import {
  attributeValue,
  type BoundState,
  describeValue,
  type Figure,
  type Meter,
  type Observe,
  readFigure,
  type StateInstrument,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_POSITION_SIDE,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  type AttributesOf,
  tradingPositionOpen,
  tradingPositionUnrealizedPnl,
  tradingPositionValue,
} from '@trademeter/semantic-conventions';

/** Whether a position gains when the price rises (`long`) or falls (`short`). */
export type PositionSide = AttributesOf<typeof tradingPositionValue>[typeof ATTR_TRADING_POSITION_SIDE];

/** One position that is held. */
export interface Position {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. */
  readonly symbol: string | null | undefined;
  /**
   * In any case. Default: from the sign of `quantity`, or else of `value`; so are the `BOTH`, `None` and `net` of venues
   * that report one signed quantity.
   */
  readonly side?: PositionSide | (string & {}) | null | undefined;
  /** In units of the symbol, of either sign. A position of 0 is closed. */
  readonly quantity?: Figure | null | undefined;
  /**
   * What it is worth at the market price (of a derivative, its notional value), in the portfolio's currency; the sign
   * does not matter. Without one the position is open, but there is no exposure until it is known.
   */
  readonly value?: Figure | null | undefined;
  /** In the portfolio's currency, below 0 for a loss. */
  readonly unrealizedPnl?: Figure | null | undefined;
  /** Default: the portfolio's. */
  readonly venue?: string | null | undefined;
  /** Default: the portfolio's. */
  readonly strategy?: string | null | undefined;
}

/** What positions are labelled with, unless they say otherwise. */
export interface PositionDefaults {
  readonly currency: string;
  readonly account: string | undefined;
  readonly venue: string | undefined;
  readonly strategy: string | undefined;
}

type PositionAttributes = AttributesOf<typeof tradingPositionValue>;

interface Sighting {
  readonly attributes: PositionAttributes;
  /** `NaN` when that of a lot cannot be used. */
  value: number;
  /** `NaN` when that of a lot cannot be used; `undefined` when no lot has one. */
  unrealizedPnl: number | undefined;
}

interface Held {
  readonly attributes: PositionAttributes;
  readonly shownValue: BoundState;
  readonly shownPnl: BoundState;
  /** The last usable one since it was opened. */
  value: number | undefined;
  hasUnrealizedPnl: boolean;
}

const sides: readonly PositionSide[] = tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE].values;

/**
 * How many closed positions are remembered, so that their venues count 0 open ones, and to go on reading 0 on an SDK
 * whose series cannot end: as many as the metric may have series. Beyond, the one that was closed longest ago is forgotten.
 */
const closedKept = tradingPositionValue.cardinalityLimit;

/** The positions that are held, and those that were, which read 0. */
export class PositionBook {
  readonly #meter: Meter;
  readonly #defaults: PositionDefaults;
  readonly #values: StateInstrument<typeof tradingPositionValue>;
  readonly #unrealizedPnls: StateInstrument<typeof tradingPositionUnrealizedPnl>;
  readonly #open = new Map<string, Held>();
  readonly #closed = new Map<string, Held>();
  #isKnown = false;
  /** Whether there may be a position, besides those that are held, of which nothing is known. */
  #mayHoldMore = false;

  constructor(meter: Meter, defaults: PositionDefaults) {
    this.#meter = meter;
    this.#defaults = defaults;
    this.#values = meter.observable(tradingPositionValue);
    this.#unrealizedPnls = meter.observable(tradingPositionUnrealizedPnl);
    meter.observable(tradingPositionOpen).observe((observe) => this.#count(observe));
  }

  /**
   * The value of all positions on each side; of a position whose value cannot be used, the last that could. `undefined`
   * while that of any position is unknown, and before the positions are.
   */
  values(): Readonly<Record<PositionSide, number>> | undefined {
    if (!this.#isKnown || this.#mayHoldMore) return undefined;
    const sums = { long: 0, short: 0 };
    for (const { attributes, value } of this.#open.values()) {
      if (value === undefined) return undefined;
      sums[attributes[ATTR_TRADING_POSITION_SIDE]] += value;
    }
    return sums;
  }

  /** Takes this for all positions that are held: what is not among them is closed, and reads 0 from now on. */
  update(positions: readonly Position[]): void {
    if (!Array.isArray(positions)) throw new TypeError('positions must be a list');
    const sighted = new Map<string, Sighting>();
    const doubts = new Set<string | undefined>();
    for (const position of positions as readonly Position[]) {
      const isUsable = this.#meter.attempt(tradingPositionValue.name, () => {
        this.#sight(position, sighted);
        return true;
      });
      if (isUsable !== true) doubts.add(this.#instrumentOf(position));
    }
    for (const [key, sighting] of sighted) this.#hold(key, sighting);
    this.#isKnown = true;
    const standing = new Set<string | undefined>();
    for (const [key, held] of this.#open) {
      if (sighted.has(key)) continue;
      const instrument = instrumentKey(held.attributes[ATTR_TRADING_SYMBOL], held.attributes[ATTR_TRADING_VENUE]);
      const doubt = doubts.has(instrument) ? instrument : undefined;
      // What could not be read may be this one, so it is not known to be closed.
      if (doubts.has(doubt)) standing.add(doubt);
      else this.#close(key, held);
    }
    this.#mayHoldMore = [...doubts].some((doubt) => !standing.has(doubt));
  }

  /** What an entry that cannot be read is about, as far as that can be read; `undefined` is anything. */
  #instrumentOf(position: Position): string | undefined {
    try {
      const { symbol } = position;
      if (typeof symbol !== 'string' || symbol === '') return undefined;
      return instrumentKey(symbol, position.venue ?? this.#defaults.venue);
    } catch {
      return undefined;
    }
  }

  #sight(position: Position, sighted: Map<string, Sighting>): void {
    const { symbol, side } = position;
    const given = { quantity: position.quantity ?? undefined, value: position.value ?? undefined };
    const quantity = given.quantity === undefined ? undefined : readFigure(given.quantity);
    const signedValue = readFigure(given.value);
    if (quantity === 0 || (quantity === undefined && signedValue === 0)) return;
    if (typeof symbol !== 'string' || symbol === '')
      throw new TypeError(`symbol must be a non-empty string, got ${describeValue(symbol)}`);
    const attributes = {
      // Without one the guard says that it is missing, and the position counts in the exposures all the same.
      [ATTR_TRADING_VENUE]: (position.venue ?? this.#defaults.venue) as string,
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_POSITION_SIDE]: sideOf(side, quantity ?? signedValue),
      [ATTR_TRADING_CURRENCY]: this.#defaults.currency,
      [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
      [ATTR_TRADING_STRATEGY_NAME]: position.strategy ?? this.#defaults.strategy,
    };
    const key = keyOf(attributes);
    const { name } = tradingPositionValue;
    // Only its sign and whether it is 0 matter, so the position counts all the same.
    if (quantity !== undefined) this.#meter.figure(name, 'the quantity', given.quantity);
    const value = Math.abs(this.#meter.figure(name, 'the value', given.value) ?? Number.NaN);
    const unrealizedPnl = this.#unrealizedPnlOf(position);
    const lot = sighted.get(key);
    if (lot === undefined) {
      sighted.set(key, { attributes, value, unrealizedPnl });
      return;
    }
    lot.value += value;
    if (unrealizedPnl !== undefined) lot.unrealizedPnl = (lot.unrealizedPnl ?? 0) + unrealizedPnl;
  }

  #unrealizedPnlOf({ unrealizedPnl }: Position): number | undefined {
    if (unrealizedPnl === undefined || unrealizedPnl === null) return undefined;
    return this.#meter.figure(tradingPositionUnrealizedPnl.name, 'the value', unrealizedPnl) ?? Number.NaN;
  }

  #hold(key: string, { attributes, value, unrealizedPnl }: Sighting): void {
    let held = this.#open.get(key) ?? this.#reopened(key);
    held ??= {
      attributes: asRecorded(attributes),
      shownValue: this.#values.bind(attributes),
      shownPnl: this.#unrealizedPnls.bind(attributes),
      value: undefined,
      hasUnrealizedPnl: false,
    };
    this.#open.set(key, held);
    if (!Number.isNaN(value)) {
      held.shownValue.set(value);
      held.value = value;
    }
    if (unrealizedPnl === undefined || Number.isNaN(unrealizedPnl)) return;
    held.shownPnl.set(unrealizedPnl);
    held.hasUnrealizedPnl = true;
  }

  /** A position that was closed and is held again: the 0 that it reads says nothing about it. */
  #reopened(key: string): Held | undefined {
    const held = this.#closed.get(key);
    if (held === undefined) return undefined;
    this.#closed.delete(key);
    held.value = undefined;
    this.#values.delete(held.attributes);
    if (held.hasUnrealizedPnl) this.#unrealizedPnls.delete(held.attributes);
    held.hasUnrealizedPnl = false;
    return held;
  }

  #close(key: string, held: Held): void {
    held.value = 0;
    held.shownValue.end();
    if (held.hasUnrealizedPnl) held.shownPnl.end();
    this.#open.delete(key);
    this.#closed.set(key, held);
    if (this.#closed.size <= closedKept) return;
    for (const [oldestKey, oldest] of this.#closed) {
      this.#closed.delete(oldestKey);
      this.#values.delete(oldest.attributes);
      this.#unrealizedPnls.delete(oldest.attributes);
      return;
    }
  }

  /** Every side of every venue, so that a venue whose positions are closed reads 0. */
  #count(observe: Observe<typeof tradingPositionOpen>): void {
    if (!this.#isKnown) return;
    const counts = new Map<string | undefined, Record<PositionSide, number>>();
    const countsOf = (venue: string | undefined): Record<PositionSide, number> => {
      const known = counts.get(venue) ?? { long: 0, short: 0 };
      counts.set(venue, known);
      return known;
    };
    if (this.#defaults.venue !== undefined || this.#open.size + this.#closed.size === 0) countsOf(this.#defaults.venue);
    for (const { attributes } of this.#closed.values()) countsOf(attributes[ATTR_TRADING_VENUE]);
    for (const { attributes } of this.#open.values()) {
      countsOf(attributes[ATTR_TRADING_VENUE])[attributes[ATTR_TRADING_POSITION_SIDE]] += 1;
    }
    for (const [venue, count] of counts) {
      for (const side of sides) {
        observe(count[side], {
          [ATTR_TRADING_VENUE]: venue,
          [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
          [ATTR_TRADING_POSITION_SIDE]: side,
        });
      }
    }
  }
}

/** What venues call the side of a position whose quantity has a sign, and of none. */
const signedSides: ReadonlySet<string> = new Set(['both', 'net', 'none', '']);

/** @param signed tells the side that is not given */
function sideOf(side: unknown, signed: number): PositionSide {
  const isSigned =
    side === undefined || side === null || (typeof side === 'string' && signedSides.has(side.toLowerCase()));
  if (!isSigned) {
    const known = attributeValue(tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE], side);
    if (known === undefined) throw new TypeError(`side must be one of ${sides.join(', ')}, got ${describeValue(side)}`);
    return known;
  }
  if (!Number.isFinite(signed)) throw new TypeError('side must be given where neither quantity nor value has a sign');
  return signed < 0 ? 'short' : 'long';
}

const { attributes: definitions } = tradingPositionValue;

/** The same of any two positions that are one series. All of a portfolio share the currency and the account. */
function keyOf(attributes: PositionAttributes): string {
  return JSON.stringify([
    attributes[ATTR_TRADING_POSITION_SIDE],
    attributeValue(definitions[ATTR_TRADING_SYMBOL], attributes[ATTR_TRADING_SYMBOL]),
    attributeValue(definitions[ATTR_TRADING_VENUE], attributes[ATTR_TRADING_VENUE]),
    attributeValue(definitions[ATTR_TRADING_STRATEGY_NAME], attributes[ATTR_TRADING_STRATEGY_NAME]),
  ]);
}

/** The same of any two positions in one symbol at one venue. */
function instrumentKey(symbol: unknown, venue: unknown): string {
  return JSON.stringify([
    attributeValue(definitions[ATTR_TRADING_SYMBOL], symbol),
    attributeValue(definitions[ATTR_TRADING_VENUE], venue),
  ]);
}

/** What stands in the series, short enough to keep for years. */
function asRecorded(attributes: PositionAttributes): PositionAttributes {
  const recorded: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    recorded[key] = attributeValue(definition, attributes[key as keyof PositionAttributes]);
  }
  return recorded as PositionAttributes;
}
