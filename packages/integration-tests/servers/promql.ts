import { setTimeout as sleep } from 'node:timers/promises';

/** One series of an instant query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** The time in seconds since 1970. */
  readonly time: number;
}

/** One series of a range query's answer. */
export interface SeriesOverTime {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A time range, in seconds since 1970. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

interface QueryResponse {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: QueryResult;
}

interface QueryResult {
  readonly resultType: 'vector' | 'scalar' | 'matrix' | 'string';
  readonly result: unknown;
}

interface MatrixElement {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

interface VectorElement {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** The HTTP API for PromQL, which Prometheus and VictoriaMetrics share. */
export class PromqlApi {
  readonly url: string;

  /** @param url the base address, without `/api/v1`. */
  constructor(url: string) {
    this.url = url;
  }

  /** Evaluates an expression now, or at `time` in seconds since 1970. A scalar becomes one sample without labels. */
  async query(expression: string, time?: number): Promise<Sample[]> {
    const { resultType, result } = await this.#evaluate('query', expression, time === undefined ? {} : { time });
    if (resultType === 'scalar') {
      const [at, value] = result as [number, string];
      return [{ labels: {}, value: Number(value), time: at }];
    }
    return (result as VectorElement[]).map(({ metric, value: [at, value] }) => ({
      labels: metric,
      value: parseSampleValue(value),
      time: at,
    }));
  }

  /** Evaluates an expression at each second of a time range. */
  async queryRange(expression: string, { start, end }: TimeRange): Promise<SeriesOverTime[]> {
    const { result } = await this.#evaluate('query_range', expression, { start, end, step: 1 });
    return (result as MatrixElement[]).map(({ metric, values }) => ({
      labels: metric,
      values: values.map(([, value]) => parseSampleValue(value)),
    }));
  }

  /** The value of an expression that yields one series. Throws when it yields none or several. */
  async value(expression: string, time?: number): Promise<number> {
    const samples = await this.query(expression, time);
    const [sample] = samples;
    if (sample === undefined || samples.length > 1) {
      throw new Error(`${expression} yields ${samples.length} series where one is expected`);
    }
    return sample.value;
  }

  /**
   * Repeats a query until `accept` returns true, and returns the answer. Throws with the last answer after `seconds`.
   */
  async until(
    expression: string,
    accept: (samples: readonly Sample[]) => boolean = (samples) => samples.length > 0,
    seconds = 60,
  ): Promise<Sample[]> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const samples = await this.query(expression);
      if (accept(samples)) return samples;
      if (performance.now() > deadline) {
        throw new Error(
          `${expression} was not as expected within ${seconds} s: ${JSON.stringify(samples.slice(0, 10))}`,
        );
      }
      await sleep(200);
    }
  }

  /** The names of all metrics whose series match a selector. */
  async metricNames(selector: string): Promise<string[]> {
    const parameters = new URLSearchParams({ 'match[]': selector });
    const response = await fetch(`${this.url}/api/v1/label/__name__/values?${parameters.toString()}`);
    const answer = (await response.json()) as { readonly data: string[] };
    return answer.data;
  }

  async #evaluate(
    endpoint: 'query' | 'query_range',
    expression: string,
    parameters: Readonly<Record<string, number>>,
  ): Promise<QueryResult> {
    const body = new URLSearchParams({ query: expression });
    for (const [name, value] of Object.entries(parameters)) body.set(name, String(value));
    const response = await fetch(`${this.url}/api/v1/${endpoint}`, { method: 'POST', body });
    const answer = (await response.json()) as QueryResponse;
    if (answer.status !== 'success' || !answer.data) {
      throw new Error(`${answer.error ?? `HTTP ${response.status}`} in ${expression}`);
    }
    return answer.data;
  }
}

function parseSampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
