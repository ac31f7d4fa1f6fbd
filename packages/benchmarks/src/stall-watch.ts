import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long an event loop was blocked between two turns of a timer of one millisecond, in milliseconds. */
export interface Stalls {
  /** The longest time. */
  readonly longest: number;
  readonly longestWithoutGc: number;
  /** The most CPU time of the thread, so that other processes do not count. */
  readonly longestCpu: number;
  readonly longestCpuWithoutGc: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Gap extends Span {
  /** CPU time of the thread. */
  readonly cpu: number;
}

// Shorter times are the timer's own.
const shortestMillis = 1.5;

/** StallWatch measures how long the event loop is blocked, with a timer of one millisecond inside it. */
export class StallWatch {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #lastCpu = 0;
  #longest = 0;
  #gaps: Gap[] = [];
  #collections: Span[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#note(list.getEntries()));

  start(): void {
    this.#last = performance.now();
    this.#lastCpu = threadCpu();
    this.#longest = 0;
    this.#gaps = [];
    this.#collections = [];
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#timer = setInterval(() => this.#look(), 1);
  }

  async stop(): Promise<Stalls> {
    this.#look();
    clearInterval(this.#timer);
    // Entries arrive one turn late.
    await nextTurn();
    await nextTurn();
    this.#note(this.#observer.takeRecords());
    this.#observer.disconnect();
    const shares = this.#gaps.map((gap) => 1 - this.#collectedIn(gap) / (gap.end - gap.start));
    const floor = Math.min(this.#longest, shortestMillis);
    const longestOf = (millisOf: (gap: Gap, withoutGc: number) => number): number =>
      Math.max(floor, ...this.#gaps.map((gap, index) => millisOf(gap, shares[index] as number)));
    return {
      longest: this.#longest,
      longestWithoutGc: longestOf(({ start, end }, withoutGc) => (end - start) * withoutGc),
      longestCpu: longestOf(({ cpu }) => cpu),
      // For garbage collection, only the elapsed time is known.
      longestCpuWithoutGc: longestOf(({ cpu }, withoutGc) => cpu * withoutGc),
    };
  }

  #look(): void {
    const now = performance.now();
    const cpu = threadCpu();
    const passed = now - this.#last;
    if (passed > shortestMillis) this.#gaps.push({ start: this.#last, end: now, cpu: cpu - this.#lastCpu });
    this.#longest = Math.max(this.#longest, passed);
    this.#last = now;
    this.#lastCpu = cpu;
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

/** CPU time of this thread in milliseconds, system calls included. */
function threadCpu(): number {
  // Linux updates the calling thread's time only for this call; otherwise it is late by up to 4 ms.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
