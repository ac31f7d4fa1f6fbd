import { setTimeout as sleep } from 'node:timers/promises';

/** One series of an instant query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When, in seconds since 1970. */
  readonly time: number;
}

interface QueryResponse {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: {
    readonly resultType: 'vector' | 'scalar' | 'matrix' | 'string';
    readonly result: unknown;
  };
}

interface VectorElement {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** The servers' way of evaluating PromQL, which Prometheus and VictoriaMetrics share. */
export class PromqlApi {
  readonly url: string;

  /** @param url the base address, without `/api/v1`. */
  constructor(url: string) {
    this.url = url;
  }

  /** Evaluates an expression now, or at `time` in seconds since 1970. A scalar comes as one sample without labels. */
  async query(expression: string, time?: number): Promise<Sample[]> {
    const body = new URLSearchParams({ query: expression });
    if (time !== undefined) body.set('time', String(time));
    const response = await fetch(`${this.url}/api/v1/query`, { method: 'POST', body });
    const answer = (await response.json()) as QueryResponse;
    if (answer.status !== 'success' || !answer.data) {
      throw new Error(`${answer.error ?? `HTTP ${response.status}`} in ${expression}`);
    }
    if (answer.data.resultType === 'scalar') {
      const [at, value] = answer.data.result as [number, string];
      return [{ labels: {}, value: Number(value), time: at }];
    }
    return (answer.data.result as VectorElement[]).map(({ metric, value: [at, value] }) => ({
      labels: metric,
      value: parseSampleValue(value),
      time: at,
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

  /** Asks until the answer satisfies `accept`, and hands it back. Throws with the last answer after `seconds`. */
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
}

function parseSampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
