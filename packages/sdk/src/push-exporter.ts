import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  type InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';

/** What {@link PushExporter} needs to tell what happens. */
export interface PushExporterSettings {
  /** Where it goes, for messages. */
  readonly destination: string;
  /** Milliseconds that one export may take. */
  readonly timeoutMillis: number;
  /** What becomes of what a failed export carried. */
  readonly consequence: string;
  /** What the user might do about this failure, in parentheses; empty when nothing is known. */
  readonly hint: (error: unknown) => string;
}

/** Passes exports on, and tells when they begin to fail and when they work again: once each, whatever the number. */
export class PushExporter implements PushMetricExporter {
  readonly #inner: PushMetricExporter;
  readonly #settings: PushExporterSettings;
  #failures = 0;

  constructor(inner: PushMetricExporter, settings: PushExporterSettings) {
    this.#inner = inner;
    this.#settings = settings;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const { timeoutMillis } = this.#settings;
    let isOver = false;
    const finish = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (error === undefined) this.#succeeded();
      else this.#failed(error);
      // The reader would log each failure, with its stack; it does nothing else with it.
      done({ code: ExportResultCode.SUCCESS });
    };
    const timer = setTimeout(() => finish(new Error(`no answer within ${timeoutMillis} ms`)), timeoutMillis).unref();
    try {
      this.#inner.export(metrics, ({ code, error }) => {
        finish(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('no reason is given')));
      });
    } catch (error) {
      finish(error ?? new Error('no reason is given'));
    }
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  selectAggregation(instrumentType: InstrumentType): AggregationOption {
    return this.#inner.selectAggregation?.(instrumentType) ?? { type: AggregationType.DEFAULT };
  }

  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#inner.selectAggregationTemporality?.(instrumentType) ?? AggregationTemporality.CUMULATIVE;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    const { destination, consequence, hint } = this.#settings;
    log.warn(
      `the export to ${destination} fails: ${reasonOf(error)}${hint(error)}. The bot is not affected, and ${consequence}. Told once, and again when it works.`,
    );
  }

  #succeeded(): void {
    if (this.#failures === 0) return;
    log.warn(`the export to ${this.#settings.destination} works again, after ${this.#failures} that failed.`);
    this.#failures = 0;
  }
}

/** A line for any error: a refused connection to a name with several addresses comes without a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message || (first instanceof Error ? first.message : '') || error.name;
  const isTold = (typeof code !== 'string' && typeof code !== 'number') || text.includes(`${code}`);
  return isTold ? text : `${text} (${code})`;
}
