import { element, setAttribute, setText, svg } from '../page/dom.js';
import { formatTick, formatTime, formatValue } from '../page/format.js';
import { linearScale, timeTicks } from './scale.js';

/** @typedef {import('../panels/panel.js').Unit} Unit */

/**
 * @typedef {object} ChartLine
 * @property {string} name
 * @property {number} color 0 to 7
 * @property {string} [currency] of money
 * @property {readonly number[]} values one for each time; NaN is a gap
 */

/**
 * @typedef {object} ChartData
 * @property {number} from milliseconds since 1970
 * @property {number} to milliseconds since 1970
 * @property {readonly number[]} times ascending
 * @property {readonly ChartLine[]} lines
 * @property {number} maxGap milliseconds between two points above which there is a gap
 * @property {readonly number[]} [peak] the space between it and the first line is shaded
 * @property {readonly string[]} [rows] of a heatmap: its lines, lowest first
 */

/**
 * @typedef {object} ChartOptions
 * @property {'lines' | 'bars' | 'heatmap'} kind
 * @property {Unit} unit
 * @property {string} label
 * @property {number} height
 * @property {number | undefined} [min]
 * @property {number | undefined} [max]
 * @property {readonly number[] | undefined} [thresholds]
 * @property {boolean | undefined} [isLarge]
 */

const levels = 6;
const margin = { top: 8, bottom: 20 };

/** A chart over time: lines, stacked bars, or a heatmap. The arrow keys read it. */
export class TimeChart {
  #options;
  /** @type {ChartData | undefined} */
  #data;
  #width = 0;
  #cursor = -1;
  #isPointed = false;
  #svg = svg('svg', { 'aria-hidden': 'true', focusable: 'false' });
  #grid = svg('g', { class: 'grid' });
  #rules = svg('path', { class: 'rule' });
  #limits = svg('path', { class: 'limit' });
  #shade = svg('path', { class: 'shade' });
  #marks = svg('g');
  #dots = svg('path', { class: 'dots' });
  #ends = svg('g', { class: 'ends' });
  #line = svg('path', { class: 'cursor' });
  #tip = element('div', { class: 'tip', hidden: true });
  #spoken = element('div', { class: 'unseen', 'aria-live': 'polite' });
  /** @type {(time: number) => number} */
  #x = () => 0;

  /** @param {ChartOptions} options */
  constructor(options) {
    this.#options = options;
    this.#svg.append(
      this.#rules,
      this.#grid,
      this.#limits,
      this.#shade,
      this.#marks,
      this.#dots,
      this.#ends,
      this.#line,
    );
    this.#svg.setAttribute('height', String(options.height));
    this.element = element(
      'div',
      {
        class: 'chart',
        tabindex: '0',
        role: 'application',
        'aria-roledescription': 'chart',
        'aria-label': `${options.label}. Read it with the left and right arrow keys.`,
        keydown: (event) => this.#key(/** @type {KeyboardEvent} */ (event)),
        blur: () => this.#show(-1),
        pointermove: (event) => this.#point(/** @type {PointerEvent} */ (event)),
        pointerleave: () => {
          this.#isPointed = false;
          this.#show(-1);
        },
      },
      this.#svg,
      this.#tip,
      this.#spoken,
    );
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width === this.#width || width === 0) return;
      this.#width = width;
      this.#svg.setAttribute('width', String(width));
      this.#draw();
    }).observe(this.element);
  }

  /** @param {ChartData} data */
  update(data) {
    const time = this.#cursor === -1 ? undefined : this.#data?.times[this.#cursor];
    this.#data = data;
    if (time !== undefined) this.#cursor = data.times.findIndex((each) => each >= time);
    this.#draw();
  }

  #draw() {
    const data = this.#data;
    if (data === undefined || this.#width === 0) return;
    const { kind, unit, height, min, max, thresholds = [] } = this.#options;
    const isMap = kind === 'heatmap';
    const tops = kind === 'bars' ? sums(data) : undefined;
    const [low, high] = extent(tops === undefined ? data.lines.map(({ values }) => values) : [tops], data.peak);
    const rows = data.rows ?? [];
    const scale = isMap
      ? { low: 0, high: Math.max(1, rows.length), step: 1, ticks: [] }
      : linearScale(low, high, this.#options.isLarge === true ? 4 : 3, {
          min: kind === 'bars' ? 0 : min,
          max,
          unit,
        });
    const labels = isMap
      ? mapLabels(rows)
      : scale.ticks.map((tick) => /** @type {const} */ ([tick, formatTick(unit, tick, scale.step)]));
    const left = Math.max(28, ...labels.map(([, text]) => text.length * 6 + 8));
    const ends = kind === 'lines' ? this.#endTexts(data) : [];
    const right = this.#width - Math.max(8, ...ends.map(({ text }) => text.length * 6.6 + 10));
    const bottom = height - margin.bottom;
    const x = (/** @type {number} */ time) => left + ((time - data.from) / (data.to - data.from)) * (right - left);
    const y = (/** @type {number} */ value) =>
      bottom - ((value - scale.low) / (scale.high - scale.low)) * (bottom - margin.top);
    this.#x = x;
    this.#drawGrid(data, labels, left, right, x, y);
    const limits = isMap ? [] : thresholds.filter((value) => value > scale.low && value <= scale.high);
    setAttribute(this.#limits, 'd', limits.map((value) => `M${left} ${round(y(value))}H${round(right)}`).join(''));
    setAttribute(this.#shade, 'd', data.peak === undefined ? '' : shadePath(data, data.peak, x, y));
    if (kind === 'lines') this.#drawLines(data, x, y);
    else if (kind === 'bars') this.#drawBars(data, left, x, y);
    else this.#drawMap(data, left, x, y);
    this.#drawEnds(ends, right, x(data.times.at(-1) ?? data.to), y);
    this.#show(this.#cursor);
  }

  /**
   * @param {ChartData} data
   * @param {readonly (readonly [number, string])[]} labels
   * @param {number} left
   * @param {number} right
   * @param {(time: number) => number} x
   * @param {(value: number) => number} y
   */
  #drawGrid(data, labels, left, right, x, y) {
    const { height } = this.#options;
    setAttribute(this.#rules, 'd', labels.map(([value]) => `M${left} ${round(y(value))}H${round(right)}`).join(''));
    /** @type {Label[]} */
    const texts = labels.map(([value, text]) => ({ x: left - 6, y: round(y(value)) + 3.5, anchor: 'end', text }));
    const withSeconds = data.to - data.from <= 180_000;
    for (const time of timeTicks(data.from, data.to, Math.max(2, Math.floor((right - left) / 90)))) {
      const at = round(x(time));
      if (at < left + 14 || at > right - 14) continue;
      const text = data.to - data.from > 86_400_000 ? formatDay(time) : formatTime(time, withSeconds);
      texts.push({ x: at, y: height - 4, anchor: 'middle', text });
    }
    setLabels(this.#grid, texts);
  }

  /**
   * @param {ChartData} data
   * @param {(time: number) => number} x
   * @param {(value: number) => number} y
   */
  #drawLines({ times, lines, maxGap }, x, y) {
    this.#path(lines.length, (path, index) => {
      const line = lines[index];
      setAttribute(path, 'class', `line s${line?.color ?? 0}`);
      setAttribute(path, 'd', line === undefined ? '' : linePath(times, line.values, maxGap, x, y));
    });
  }

  /**
   * @param {ChartData} data
   * @param {number} left
   * @param {(time: number) => number} x
   * @param {(value: number) => number} y
   */
  #drawBars({ times, lines, maxGap }, left, x, y) {
    const width = barWidth(times, maxGap, x);
    const heights = times.map(() => 0);
    this.#path(lines.length, (path, index) => {
      const line = lines[index];
      let d = '';
      for (const [place, time] of times.entries()) {
        const value = line?.values[place] ?? Number.NaN;
        if (!(value > 0)) continue;
        const base = heights[place] ?? 0;
        heights[place] = base + value;
        const end = x(time);
        const start = Math.max(left, end - width + 1);
        if (end > start)
          d += `M${round(start)} ${round(y(base))}V${round(y(base + value))}H${round(end)}V${round(y(base))}Z`;
      }
      setAttribute(path, 'class', `bar s${line?.color ?? 0}`);
      setAttribute(path, 'd', d);
    });
  }

  /**
   * @param {ChartData} data
   * @param {number} left
   * @param {(time: number) => number} x
   * @param {(value: number) => number} y
   */
  #drawMap({ times, lines, maxGap }, left, x, y) {
    const width = barWidth(times, maxGap, x);
    const most = Math.max(0, ...lines.flatMap(({ values }) => values.filter((value) => value > 0)));
    const paths = Array.from({ length: levels }, () => '');
    for (const [row, { values }] of lines.entries()) {
      for (const [place, time] of times.entries()) {
        const value = values[place] ?? Number.NaN;
        if (!(value > 0.01)) continue;
        const level = Math.min(levels - 1, Math.floor(Math.sqrt(value / most) * levels));
        const end = x(time);
        const start = Math.max(left, end - width + 0.5);
        if (end > start)
          paths[level] +=
            `M${round(start)} ${round(y(row) - 0.5)}V${round(y(row + 1))}H${round(end)}V${round(y(row) - 0.5)}Z`;
      }
    }
    this.#path(levels, (path, level) => {
      setAttribute(path, 'class', `heat h${level}`);
      setAttribute(path, 'd', paths[level] ?? '');
    });
  }

  /**
   * @param {number} count
   * @param {(path: SVGPathElement, index: number) => void} update
   */
  #path(count, update) {
    while (this.#marks.childElementCount < count) this.#marks.append(svg('path'));
    while (this.#marks.childElementCount > count) this.#marks.lastElementChild?.remove();
    for (let index = 0; index < count; index += 1) {
      update(/** @type {SVGPathElement} */ (this.#marks.children[index]), index);
    }
  }

  /** @param {ChartData} data */
  #endTexts({ lines }) {
    return lines.flatMap(({ values, color, currency }) => {
      const last = values.at(-1) ?? Number.NaN;
      return Number.isFinite(last)
        ? [{ value: last, color, text: formatValue(this.#options.unit, last, this.#width < 420 ? '' : currency) }]
        : [];
    });
  }

  /**
   * @param {readonly { value: number, color: number, text: string }[]} ends
   * @param {number} right
   * @param {number} last the place of the newest point
   * @param {(value: number) => number} y
   */
  #drawEnds(ends, right, last, y) {
    const bottom = this.#options.height - margin.bottom;
    const sorted = ends.map((end) => ({ ...end, at: y(end.value) })).toSorted((a, b) => a.at - b.at);
    let lowest = margin.top + 2;
    /** @type {Label[]} */
    const texts = [];
    let dots = '';
    for (const [index, { at, text }] of sorted.entries()) {
      const room = bottom - (sorted.length - 1 - index) * 12;
      const place = Math.min(Math.max(at, lowest), Math.max(room, lowest));
      lowest = place + 12;
      dots += `M${round(last)} ${round(at)}h0`;
      if (place <= bottom + 2) texts.push({ x: round(right) + 7, y: round(place) + 3.5, anchor: 'start', text });
    }
    setAttribute(this.#dots, 'd', dots);
    setLabels(this.#ends, texts);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const times = this.#data?.times ?? [];
    const at = event.clientX - this.element.getBoundingClientRect().left;
    let nearest = -1;
    let distance = 40;
    for (const [index, time] of times.entries()) {
      const away = Math.abs(this.#x(time) - at);
      if (away < distance) [nearest, distance] = [index, away];
    }
    this.#isPointed = true;
    this.#show(nearest);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = (this.#data?.times.length ?? 0) - 1;
    const current = this.#cursor === -1 ? last + 1 : this.#cursor;
    const next = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: last, Escape: -1 }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    this.#isPointed = false;
    this.#show(event.key === 'Escape' ? -1 : Math.max(0, Math.min(last, next)));
    const { times = [] } = this.#data ?? {};
    const read = this.#read()
      .map(({ name, text }) => `${name} ${text}`)
      .join(', ');
    setText(this.#spoken, this.#cursor === -1 ? '' : `${formatTime(times[this.#cursor] ?? 0)}: ${read || 'no data'}`);
  }

  /** @returns {{ name: string, text: string, color: number }[]} */
  #read() {
    const data = this.#data;
    if (data === undefined || this.#cursor === -1) return [];
    const { unit, kind } = this.#options;
    const read = data.lines.flatMap(({ name, values, color, currency }) => {
      const value = values[this.#cursor] ?? Number.NaN;
      if (Number.isNaN(value) || (kind !== 'lines' && value < 0.01)) return [];
      const text = kind === 'heatmap' ? formatValue('count', value) : formatValue(unit, value, currency);
      return [{ name, text, color }];
    });
    return kind === 'heatmap' ? read.toReversed() : read;
  }

  /** @param {number} index */
  #show(index) {
    this.#cursor = index;
    const time = index === -1 ? undefined : this.#data?.times[index];
    this.#tip.hidden = time === undefined;
    if (time === undefined) {
      setAttribute(this.#line, 'd', '');
      return;
    }
    const x = this.#x(time);
    setAttribute(this.#line, 'd', `M${round(x)} ${margin.top}V${this.#options.height - margin.bottom}`);
    const read = this.#read();
    const rows = read
      .slice(0, 10)
      .map(({ name, text, color }) =>
        element(
          'div',
          { class: 'tip-row' },
          this.#options.kind === 'heatmap' ? undefined : element('i', { class: `key s${color}` }),
          element('span', {}, name),
          element('b', {}, text),
        ),
      );
    this.#tip.replaceChildren(
      element('div', { class: 'tip-time' }, formatTime(time)),
      ...(rows.length === 0 ? [element('div', { class: 'tip-row' }, 'no data')] : rows),
    );
    const isRight = x > this.#width / 2;
    this.#tip.style.left = isRight ? '' : `${Math.round(x + 12)}px`;
    this.#tip.style.right = isRight ? `${Math.round(this.#width - x + 12)}px` : '';
    this.#tip.classList.toggle('keyed', !this.#isPointed);
  }
}

/** @typedef {{ readonly x: number, readonly y: number, readonly anchor: string, readonly text: string }} Label */

/**
 * Texts in a group; unchanged ones are not touched.
 *
 * @param {SVGGElement} group
 * @param {readonly Label[]} labels
 */
function setLabels(group, labels) {
  while (group.childElementCount > labels.length) group.lastElementChild?.remove();
  for (const [index, { x, y, anchor, text }] of labels.entries()) {
    const node = group.children[index] ?? group.appendChild(svg('text'));
    setAttribute(node, 'x', String(x));
    setAttribute(node, 'y', String(y));
    setAttribute(node, 'text-anchor', anchor);
    setText(node, text);
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * @param {readonly (readonly number[])[]} columns
 * @param {readonly number[]} [peak]
 * @returns {[number, number]}
 */
function extent(columns, peak = []) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of [...columns, peak]) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 1] : [low, high];
}

/** @param {ChartData} data */
function sums({ times, lines }) {
  return times.map((_, place) => lines.reduce((sum, { values }) => sum + (values[place] || 0), 0));
}

/**
 * @param {readonly number[]} times
 * @param {readonly number[]} values
 * @param {number} maxGap
 * @param {(time: number) => number} x
 * @param {(value: number) => number} y
 */
function linePath(times, values, maxGap, x, y) {
  let d = '';
  let last = Number.NaN;
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      last = Number.NaN;
      continue;
    }
    const isJoined = time - last <= maxGap;
    // an isolated point is visible, too
    d += isJoined ? `L${round(x(time))} ${round(y(value))}` : `M${round(x(time))} ${round(y(value))}h0`;
    last = time;
  }
  return d;
}

/**
 * @param {ChartData} data
 * @param {readonly number[]} peak
 * @param {(time: number) => number} x
 * @param {(value: number) => number} y
 */
function shadePath({ times, lines: [line], maxGap }, peak, x, y) {
  let d = '';
  /** @type {number[]} */
  let run = [];
  const close = () => {
    if (run.length > 1) {
      const forth = run.map((index) => `${round(x(times[index] ?? 0))} ${round(y(peak[index] ?? 0))}`);
      const back = run
        .toReversed()
        .map((index) => `${round(x(times[index] ?? 0))} ${round(y(line?.values[index] ?? 0))}`);
      d += `M${[...forth, ...back].join('L')}Z`;
    }
    run = [];
  };
  for (const [index, time] of times.entries()) {
    const isKnown = Number.isFinite(line?.values[index]) && Number.isFinite(peak[index]);
    if (!isKnown || time - (times[run.at(-1) ?? index] ?? time) > maxGap) close();
    if (isKnown) run.push(index);
  }
  close();
  return d;
}

/**
 * @param {readonly number[]} times
 * @param {number} maxGap
 * @param {(time: number) => number} x
 */
function barWidth(times, maxGap, x) {
  const distance = times.length > 1 ? (times.at(-1) ?? 0) - (times.at(-2) ?? 0) : maxGap;
  return Math.max(1.5, x(distance) - x(0));
}

/**
 * Labels of a heatmap's rows: as many as fit.
 *
 * @param {readonly string[]} rows
 * @returns {(readonly [number, string])[]}
 */
function mapLabels(rows) {
  const every = Math.max(1, Math.ceil(rows.length / 5));
  return rows.flatMap((text, row) => (row % every === 0 ? [/** @type {const} */ ([row + 1, text])] : []));
}

/** @param {number} time */
function formatDay(time) {
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
