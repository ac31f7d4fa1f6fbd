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

/** An open position. */
export interface Position {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. */
  readonly symbol: string | null | undefined;
  /**
   * `long` or `short`, in upper or lower case, or the side of the order that opens it: `Buy`, `SLD`, `1`. Default: from
   * the sign of `quantity`, else of `value`. `BOTH`, `None` and `net`, of venues that report one signed quantity, mean
   * the same.
   */
  readonly side?: PositionSide | (string & {}) | null | undefined;
  /** In units of the symbol, positive or negative. A position of quantity 0 is closed. */
  readonly quantity?: Figure | null | undefined;
  /**
   * The market value (the notional value of a derivative), in the portfolio's currency; the sign does not matter.
   * Without it the position counts as open, but there is no exposure until the value is known.
   */
  readonly value?: Figure | null | undefined;
  /** In the portfolio's currency; below 0 for a loss. */
  readonly unrealizedPnl?: Figure | null | undefined;
  /** Default: the venue of the portfolio. */
  readonly venue?: string | null | undefined;
  /** Default: the strategy of the portfolio. */
  readonly strategy?: string | null | undefined;
}

/** The attributes of positions that do not set their own. */
export interface PositionDefaults {
  readonly currency: string;
  readonly account: string | undefined;
  readonly venue: string | undefined;
  readonly strategy: string | undefined;
}

type PositionAttributes = AttributesOf<typeof tradingPositionValue>;

interface Sighting {
  readonly attributes: PositionAttributes;
  /** `NaN` if the value of one lot is invalid. */
  value: number;
  /** `NaN` if the figure of one lot is invalid; `undefined` if no lot has one. */
  unrealizedPnl: number | undefined;
}

interface Held {
  readonly attributes: PositionAttributes;
  readonly shownValue: BoundState;
  readonly shownPnl: BoundState;
  /** The last valid value since the position was opened. */
  value: number | undefined;
  hasUnrealizedPnl: boolean;
}

const sides: readonly PositionSide[] = tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE].values;

/**
 * The number of closed positions that are kept, equal to the cardinality limit of the metric. They make their venues
 * count 0 open positions, and read 0 on SDKs whose series cannot end. Beyond the limit, the one that was closed longest
 * ago is removed.
 */
const closedKept = tradingPositionValue.cardinalityLimit;

/** The open positions, and the closed ones, which read 0. */
export class PositionBook {
  readonly #meter: Meter;
  readonly #defaults: PositionDefaults;
  readonly #values: StateInstrument<typeof tradingPositionValue>;
  readonly #unrealizedPnls: StateInstrument<typeof tradingPositionUnrealizedPnl>;
  readonly #open = new Map<string, Held>();
  readonly #closed = new Map<string, Held>();
  #isKnown = false;
  /** Whether there may be an open position of which nothing is known. */
  #mayHoldMore = false;

  constructor(meter: Meter, defaults: PositionDefaults) {
    this.#meter = meter;
    this.#defaults = defaults;
    this.#values = meter.observable(tradingPositionValue);
    this.#unrealizedPnls = meter.observable(tradingPositionUnrealizedPnl);
    meter.observable(tradingPositionOpen).observe((observe) => this.#count(observe));
  }

  /**
   * The value of all positions on each side. A position with an invalid value keeps its last valid one. `undefined`
   * while the value of any position is unknown, and before the first list of positions.
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

  /** Sets the open positions. A position that is not in the list is closed and reads 0. */
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
      // An entry that could not be read may be this position, so it is not closed.
      if (doubts.has(doubt)) standing.add(doubt);
      else this.#close(key, held);
    }
    this.#mayHoldMore = [...doubts].some((doubt) => !standing.has(doubt));
  }

  /** The instrument of an unreadable entry, as far as that can be read; `undefined` if it may be any. */
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
      // The guard logs a missing venue, and the position still counts in the exposure.
      [ATTR_TRADING_VENUE]: (position.venue ?? this.#defaults.venue) as string,
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_POSITION_SIDE]: sideOf(side, quantity ?? signedValue),
      [ATTR_TRADING_CURRENCY]: this.#defaults.currency,
      [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
      [ATTR_TRADING_STRATEGY_NAME]: position.strategy ?? this.#defaults.strategy,
    };
    const key = keyOf(attributes);
    const { name } = tradingPositionValue;
    // Only its sign and whether it is 0 matter, so the position still counts.
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

  /** Reopens a closed position, whose 0 is not a known value. */
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

  /** Counts every side of every venue, so that a venue without open positions reads 0. */
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

/** Words of venues for the side of a position with a signed quantity, or without a position. */
const signedSides: ReadonlySet<string> = new Set(['both', 'net', 'none', '']);
/** Words of venues for a side: Bybit, Bitfinex and FIX use the side of the order that opens the position. */
const sideWords: ReadonlyMap<unknown, PositionSide> = new Map([
  ...wordsFor('long', 'buy', 'b', 'bot', '1', 'positionsidelong', 'longposition', 'openlong'),
  ...wordsFor(
    'short',
    'sell',
    's',
    'sld',
    'a',
    '2',
    '-1',
    'sellshort',
    'positionsideshort',
    'shortposition',
    'openshort',
  ),
]);

function wordsFor(side: PositionSide, ...words: readonly string[]): [string, PositionSide][] {
  return words.map((word) => [word, side]);
}

/** @param signed the figure whose sign decides if `side` is omitted */
function sideOf(side: unknown, signed: number): PositionSide {
  const word = typeof side === 'string' ? side.toLowerCase().replaceAll(/[\s_]+/gu, '') : String(side);
  const isSigned = side === undefined || side === null || (typeof side === 'string' && signedSides.has(word));
  if (!isSigned) {
    const known =
      attributeValue(tradingPositionValue.attributes[ATTR_TRADING_POSITION_SIDE], side) ??
      (typeof side === 'string' || typeof side === 'number' ? sideWords.get(word) : undefined);
    if (known === undefined) throw new TypeError(`side must be one of ${sides.join(', ')}, got ${describeValue(side)}`);
    return known;
  }
  if (!Number.isFinite(signed)) throw new TypeError('side is required if neither quantity nor value has a sign');
  return signed < 0 ? 'short' : 'long';
}

const { attributes: definitions } = tradingPositionValue;

/** Equal for positions of the same series. Currency and account are the same for the whole portfolio. */
function keyOf(attributes: PositionAttributes): string {
  return JSON.stringify([
    attributes[ATTR_TRADING_POSITION_SIDE],
    attributeValue(definitions[ATTR_TRADING_SYMBOL], attributes[ATTR_TRADING_SYMBOL]),
    attributeValue(definitions[ATTR_TRADING_VENUE], attributes[ATTR_TRADING_VENUE]),
    attributeValue(definitions[ATTR_TRADING_STRATEGY_NAME], attributes[ATTR_TRADING_STRATEGY_NAME]),
  ]);
}

/** Equal for positions in the same symbol at the same venue. */
function instrumentKey(symbol: unknown, venue: unknown): string {
  return JSON.stringify([
    attributeValue(definitions[ATTR_TRADING_SYMBOL], symbol),
    attributeValue(definitions[ATTR_TRADING_VENUE], venue),
  ]);
}

/** The attributes as they are recorded, cut to the allowed length because they are kept. */
function asRecorded(attributes: PositionAttributes): PositionAttributes {
  const recorded: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    recorded[key] = attributeValue(definition, attributes[key as keyof PositionAttributes]);
  }
  return recorded as PositionAttributes;
}
