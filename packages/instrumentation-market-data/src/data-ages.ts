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

/** The kind of the data: `ticker`, `ohlcv`, `news`, … */
export type DataType = Attributes[typeof ATTR_TRADING_DATA_TYPE];

/** Identifies data of one type from one provider, and of one symbol if there is one. */
export interface DatasetKey {
  readonly provider: string;
  readonly type: DataType;
  readonly symbol?: string | undefined;
}

/** Data that arrived. */
export interface DataReceived {
  /** The time of the data. Default: now. */
  readonly time?: Moment | undefined;
}

/** Records the age of one dataset. No verb throws. */
export interface Dataset {
  /** Reports that data arrived. Late data does not make the dataset older. */
  received(data?: DataReceived): void;
  /** Ends the dataset: its age reads 0 once, then its series ends. */
  remove(): void;
}

interface Watched {
  readonly attributes: Attributes;
  newestTime: number;
  isShown: boolean;
}

const dayMilliseconds = 86_400_000;

/**
 * Keeps the time of the newest data of each dataset. Ages are computed at collection, so that they grow while no data
 * arrives.
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
        // A clock that was set back must not make the age read 0 until it has caught up.
        if (watched.newestTime > time) watched.newestTime = time;
        observe(secondsBetween(watched.newestTime, time), watched.attributes);
      }
      // Some SDKs keep exporting the last value. An old age would raise an alert for a symbol that is no longer used.
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
        throw new RangeError(`there are already ${this.#maximum} datasets: call remove() for those that have ended`);
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
 * The key of a dataset, equal for datasets with the same recorded attributes.
 *
 * @throws TypeError if it does not identify a dataset
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
  // Microseconds or nanoseconds, which some venues send, would never grow old. If the clock of an exchange is ahead,
  // its data counts as current.
  if (Number.isFinite(time) && time <= now + dayMilliseconds) return Math.min(time, now);
  throw new TypeError(
    `time must be a date or milliseconds since the epoch, not in the future, got ${describeValue(moment ?? now)}`,
  );
}
