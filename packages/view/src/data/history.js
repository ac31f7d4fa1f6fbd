/**
 * The history of one bot: a column of values for each series over one axis of times, so that memory is bounded and does
 * not grow with the hours that the page is open.
 */

/** @typedef {import('../exposition/parse.js').Labels} Labels */
/** @typedef {import('../exposition/parse.js').Sample} Sample */

// Newer points are all kept; older ones one for each 200th of their age, which is finer than a pixel.
const fullResolutionMillis = 600_000;
const spacingDivisor = 200;

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {Labels} labels
 * @property {Float64Array} column a value, or NaN where a scrape did not have it, for each time of the history
 */

/** Bounds of a {@link History}. */
/** @typedef {{ readonly maxPoints?: number, readonly maxSeries?: number }} HistoryOptions */

export class History {
  #maxPoints;
  #maxSeries;
  #capacity = 64;
  #length = 0;
  #times = new Float64Array(this.#capacity);
  /** The run of the bot that a point belongs to: nothing is computed across runs. */
  #runs = new Uint32Array(this.#capacity);
  #run = 0;
  /** @type {Map<string, Series>} by name and label text */
  #series = new Map();
  /** @type {Map<string, Series[]>} */
  #byName = new Map();
  #isCut = false;
  #endsInGap = false;
  #version = 0;

  /** @param {HistoryOptions} [options] */
  constructor({ maxPoints = 2_048, maxSeries = 4_000 } = {}) {
    this.#maxPoints = maxPoints;
    this.#maxSeries = maxSeries;
  }

  /** The number of points. */
  get length() {
    return this.#length;
  }

  /** Milliseconds since 1970, ascending; only the first {@link length} count. */
  get times() {
    return this.#times;
  }

  /** The run of the bot at each point. */
  get runs() {
    return this.#runs;
  }

  /** Milliseconds since 1970, or 0. */
  get firstTime() {
    return this.#length === 0 ? 0 : (this.#times[0] ?? 0);
  }

  /** Milliseconds since 1970, or 0. */
  get lastTime() {
    return this.#length === 0 ? 0 : (this.#times[this.#length - 1] ?? 0);
  }

  /** The index of the newest successful scrape, or -1. */
  get lastIndex() {
    return this.#length - (this.#endsInGap ? 2 : 1);
  }

  /** The time of the newest successful scrape: milliseconds since 1970, or 0. */
  get lastScrapeTime() {
    return this.#times[this.lastIndex] ?? 0;
  }

  /** Whether series were dropped for lack of room. */
  get isCut() {
    return this.#isCut;
  }

  /** Changes with every point. */
  get version() {
    return this.#version;
  }

  get seriesCount() {
    return this.#series.size;
  }

  /**
   * The series of a name, with ended ones that still have values.
   *
   * @param {string} name
   * @returns {readonly Series[]}
   */
  named(name) {
    return this.#byName.get(name) ?? [];
  }

  /** @returns {IterableIterator<string>} */
  names() {
    return this.#byName.keys();
  }

  /**
   * The value in the newest successful scrape, NaN if absent.
   *
   * @param {Series} series
   * @returns {number}
   */
  latest(series) {
    return series.column[this.lastIndex] ?? Number.NaN;
  }

  /**
   * Adds a point.
   *
   * @param {number} timeMillis later than the last one
   * @param {Iterable<Sample>} samples
   */
  append(timeMillis, samples) {
    const index = this.#addTime(timeMillis);
    if (index === undefined) return;
    this.#endsInGap = false;
    for (const { name, labelText, labels, value } of samples) {
      const key = name + labelText;
      const series = this.#series.get(key) ?? this.#addSeries(key, name, labels);
      if (series !== undefined) series.column[index] = value;
    }
  }

  /**
   * Adds a point without values: a gap in charts.
   *
   * @param {number} timeMillis
   */
  appendGap(timeMillis) {
    if (this.#length > 0 && !this.#endsInGap) this.#endsInGap = this.#addTime(timeMillis) !== undefined;
  }

  /** Starts a new run: counters begin at 0, and nothing is computed across it. */
  startRun() {
    this.#run += 1;
  }

  /** Forgets everything. */
  clear() {
    this.#length = 0;
    this.#series.clear();
    this.#byName.clear();
    this.#isCut = false;
    this.#endsInGap = false;
    this.#version += 1;
  }

  /**
   * The index of the newest point up to a time; -1 if there is none.
   *
   * @param {number} timeMillis
   */
  indexAt(timeMillis) {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= timeMillis) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** @param {number} timeMillis */
  #addTime(timeMillis) {
    if (this.#length > 0 && timeMillis <= this.lastTime) return undefined;
    if (this.#length === this.#capacity) this.#makeRoom(timeMillis);
    const index = this.#length;
    this.#times[index] = timeMillis;
    this.#runs[index] = this.#run;
    for (const { column } of this.#series.values()) column[index] = Number.NaN;
    this.#length += 1;
    this.#version += 1;
    return index;
  }

  /**
   * @param {string} key
   * @param {string} name
   * @param {Labels} labels
   */
  #addSeries(key, name, labels) {
    if (this.#series.size >= this.#maxSeries) {
      this.#isCut = true;
      return undefined;
    }
    const series = { name, labels, column: new Float64Array(this.#capacity).fill(Number.NaN) };
    this.#series.set(key, series);
    const named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, [series]);
    else named.push(series);
    return series;
  }

  /** @param {number} now */
  #makeRoom(now) {
    if (this.#capacity < this.#maxPoints) {
      this.#capacity = Math.min(this.#capacity * 2, this.#maxPoints);
      this.#times = grown(this.#times, new Float64Array(this.#capacity));
      this.#runs = grown(this.#runs, new Uint32Array(this.#capacity));
      for (const series of this.#series.values()) {
        series.column = grown(series.column, new Float64Array(this.#capacity).fill(Number.NaN));
      }
      return;
    }
    this.#thinOut(now);
  }

  /** @param {number} now */
  #thinOut(now) {
    /** @type {number[]} */
    const kept = [];
    let lastKept = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < this.#length; index += 1) {
      const time = this.#times[index] ?? 0;
      const age = now - time;
      const spacing = age < fullResolutionMillis ? 0 : age / spacingDivisor;
      // the first point of a run stays, so that gaps stay open
      const isFirst = index === 0 || this.#runs[index] !== this.#runs[index - 1];
      if (!isFirst && time - lastKept < spacing) continue;
      kept.push(index);
      lastKept = time;
    }
    // After weeks, or a thousand restarts, the oldest are dropped.
    const room = Math.floor(this.#maxPoints * 0.95);
    const chosen = kept.slice(Math.max(0, kept.length - room));
    const move = (/** @type {Float64Array | Uint32Array} */ values) => {
      for (const [to, from] of chosen.entries()) values[to] = values[from] ?? 0;
    };
    move(this.#times);
    move(this.#runs);
    this.#length = chosen.length;
    for (const [key, series] of this.#series) {
      move(series.column);
      series.column.fill(Number.NaN, this.#length);
      if (!series.column.some((value) => !Number.isNaN(value))) this.#removeSeries(key, series);
    }
  }

  /**
   * @param {string} key
   * @param {Series} series
   */
  #removeSeries(key, series) {
    this.#series.delete(key);
    const rest = this.named(series.name).filter((each) => each !== series);
    if (rest.length === 0) this.#byName.delete(series.name);
    else this.#byName.set(series.name, rest);
  }
}

/**
 * @template {Float64Array | Uint32Array} T
 * @param {T} from
 * @param {T} into
 * @returns {T}
 */
function grown(from, into) {
  into.set(from);
  return into;
}
