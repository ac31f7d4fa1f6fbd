import {
  attributeValue,
  describeValue,
  epochMilliseconds,
  type Meter,
  type Moment,
  secondsBetween,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_DATA_TYPE,
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_SYMBOL,
  type AttributesOf,
  METRIC_TRADING_DATA_AGE,
  tradingDataAge,
} from '@trademeter/semantic-conventions';

type Attributes = AttributesOf<typeof tradingDataAge>;

/** What kind of data it is: `ticker`, `ohlcv`, `news`, … */
export type DataType = Attributes[typeof ATTR_TRADING_DATA_TYPE];

/** Data of one type from one provider, of one symbol where that is known. */
export interface DatasetKey {
  readonly provider: string;
  readonly type: DataType;
  readonly symbol?: string | undefined;
}

/** Something of it has come. */
export interface DataReceived {
  /** Of what time the data is. Default: now. */
  readonly time?: Moment | undefined;
}

/** Data whose age is watched. No verb of it ever throws. */
export interface Dataset {
  /** New data has come; older data that comes late does not make it older. */
  received(data?: DataReceived): void;
  /** Ends the watch: its age reads 0 once more and is not computed from then on. */
  remove(): void;
}

interface Watched {
  readonly attributes: Attributes;
  newestTime: number;
  isShown: boolean;
}

const dayMilliseconds = 86_400_000;

/**
 * The times of the newest data, from which ages are computed when somebody reads them: an age that was computed when
 * data came would stay small when data stays away, which is what it is there to show.
 */
export class DataAges {
  readonly #meter: Meter;
  readonly #maximum: number;
  readonly #watched = new Map<string, Watched>();
  readonly #removed = new Map<string, Attributes>();

  constructor(meter: Meter, maximum: number) {
    this.#meter = meter;
    this.#maximum = maximum;
    meter.observable(tradingDataAge).observe((observe) => {
      const time = meter.calendarNow();
      for (const watched of this.#watched.values()) {
        watched.isShown = true;
        // Nothing is newer than now: a time ahead of it, left by a clock that was set back, would read 0 till it is reached.
        if (watched.newestTime > time) watched.newestTime = time;
        observe(secondsBetween(watched.newestTime, time), watched.attributes);
      }
      // A cumulative reader shows the last value for ever: an old one would alarm for a symbol that nobody wants.
      for (const attributes of this.#removed.values()) observe(0, attributes);
      this.#removed.clear();
    });
  }

  received(key: DatasetKey, data: DataReceived | undefined): void {
    this.#meter.attempt(METRIC_TRADING_DATA_AGE, () => {
      const id = idOf(key);
      const now = this.#meter.calendarNow();
      const newestTime = timeOf(data?.time, now);
      const watched = this.#watched.get(id);
      if (watched !== undefined) {
        watched.newestTime = Math.min(Math.max(watched.newestTime, newestTime), now);
        return;
      }
      if (this.#watched.size >= this.#maximum) {
        throw new RangeError(`${this.#maximum} datasets are watched already: remove() those that have ended`);
      }
      this.#watched.set(id, { attributes: attributesOf(key), newestTime, isShown: this.#removed.delete(id) });
    });
  }

  remove(key: DatasetKey): void {
    this.#meter.attempt(METRIC_TRADING_DATA_AGE, () => {
      const id = idOf(key);
      const watched = this.#watched.get(id);
      if (watched === undefined) return;
      this.#watched.delete(id);
      if (watched.isShown) this.#removed.set(id, watched.attributes);
    });
  }
}

/**
 * The same of what is recorded as the same labels: of two entries with one label, a reader sees the later.
 *
 * @throws TypeError when it names no dataset: it would be kept and never shown
 */
function idOf({ provider, type, symbol }: DatasetKey): string {
  const text = (key: keyof typeof tradingDataAge.attributes, name: string, value: unknown): string => {
    const recorded = attributeValue(tradingDataAge.attributes[key], value);
    if (recorded !== undefined) return recorded;
    throw new TypeError(`${name} must be a non-empty string, got ${describeValue(value)}`);
  };
  return JSON.stringify([
    text(ATTR_TRADING_PROVIDER_NAME, 'provider', provider),
    text(ATTR_TRADING_DATA_TYPE, 'type', type),
    ...(symbol === undefined || symbol === null ? [] : [text(ATTR_TRADING_SYMBOL, 'symbol', symbol)]),
  ]);
}

function attributesOf({ provider, type, symbol }: DatasetKey): Attributes {
  return { [ATTR_TRADING_PROVIDER_NAME]: provider, [ATTR_TRADING_DATA_TYPE]: type, [ATTR_TRADING_SYMBOL]: symbol };
}

function timeOf(moment: Moment | undefined, now: number): number {
  const time = epochMilliseconds(moment ?? now, now);
  // Microseconds or nanoseconds, as some venues give them, would be fresh for ever. Where the exchange's clock runs ahead
  // of ours, its data is of now: it would go on being fresh after the last of it.
  if (Number.isFinite(time) && time <= now + dayMilliseconds) return Math.min(time, now);
  throw new TypeError(
    `time must be a date or milliseconds since the epoch, not in the future, got ${describeValue(moment ?? now)}`,
  );
}
