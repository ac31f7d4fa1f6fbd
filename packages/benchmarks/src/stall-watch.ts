import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long an event loop was kept, in milliseconds. */
export interface Stalls {
  /** The longest time between two turns of a timer of one millisecond. */
  readonly longest: number;
  /** The same, without garbage collection. */
  readonly longestWithoutGc: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

// What is shorter is the timer's own.
const shortestMillis = 1.5;

/** Watches for how long the event loop is kept, with a timer of a millisecond inside it. */
export class StallWatch {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #longest = 0;
  #gaps: Span[] = [];
  #collections: Span[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#note(list.getEntries()));

  start(): void {
    this.#last = performance.now();
    this.#longest = 0;
    this.#gaps = [];
    this.#collections = [];
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#timer = setInterval(() => this.#look(), 1);
  }

  async stop(): Promise<Stalls> {
    this.#look();
    clearInterval(this.#timer);
    // Entries come a turn late.
    await nextTurn();
    await nextTurn();
    this.#note(this.#observer.takeRecords());
    this.#observer.disconnect();
    const withoutGc = this.#gaps.map((gap) => gap.end - gap.start - this.#collectedIn(gap));
    return {
      longest: this.#longest,
      longestWithoutGc: Math.max(Math.min(this.#longest, shortestMillis), ...withoutGc),
    };
  }

  #look(): void {
    const now = performance.now();
    const passed = now - this.#last;
    if (passed > shortestMillis) this.#gaps.push({ start: this.#last, end: now });
    this.#longest = Math.max(this.#longest, passed);
    this.#last = now;
  }

  #note(entries: readonly PerformanceEntry[]): void {
    for (const { startTime, duration } of entries) {
      this.#collections.push({ start: startTime, end: startTime + duration });
    }
  }

  #collectedIn(gap: Span): number {
    return this.#collections.reduce(
      (sum, { start, end }) => sum + Math.max(0, Math.min(end, gap.end) - Math.max(start, gap.start)),
      0,
    );
  }
}
