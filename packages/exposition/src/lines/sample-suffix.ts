import type { Attributes, HrTime } from '@opentelemetry/api';
import { LabelSets } from '../labels/label-set.ts';
import type { NameTranslation } from '../name-translation.ts';
import { formatGoFloat } from './go-float.ts';

/**
 * An exemplar of a data point, in the shape of OpenTelemetry's SDKs. The JavaScript SDK 3.1.0 records none; metric
 * producers may.
 */
export interface Exemplar {
  readonly value: number;
  readonly timestamp?: HrTime;
  readonly filteredAttributes?: Attributes;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** The text after the value of each line of a series, one character per byte; `undefined` without any. */
export type SampleSuffixes = ((line: number) => string) | undefined;

/**
 * Computes the suffixes of a series' lines.
 *
 * @param boundaries the boundaries of a histogram; empty for numbers
 */
export type SuffixSource = (
  endTime: HrTime,
  exemplars: readonly Exemplar[] | undefined,
  boundaries: readonly number[],
) => SampleSuffixes;

// OpenMetrics 1.0 limits the names and values of an exemplar's labels.
const longestExemplar = 128;

/** Suffixes of the text format: the collection time in milliseconds. */
export const textTimestamp: SuffixSource = (endTime) => {
  const millis = Math.round(toMillis(endTime));
  // An invalid time would make Prometheus reject the scrape.
  const suffix = Number.isSafeInteger(millis) && millis >= 0 ? ` ${millis}` : '';
  return () => suffix;
};

/** Suffixes of OpenMetrics: the collection time in seconds, if enabled, and exemplars. */
export function openMetricsSuffixes(
  names: NameTranslation,
  takesExemplars: boolean,
  appendTimestamp: boolean,
): SuffixSource | undefined {
  if (!takesExemplars && !appendTimestamp) return undefined;
  const labels = new LabelSets(names);
  return (endTime, exemplars, boundaries) => {
    const time = appendTimestamp ? seconds(endTime) : '';
    if (!takesExemplars || exemplars === undefined || exemplars.length === 0)
      return appendTimestamp ? () => time : undefined;
    const byLine = exemplarsByLine(exemplars, boundaries);
    return (line) => {
      const exemplar = byLine.get(line);
      return exemplar === undefined ? time : `${time} # ${exemplarText(exemplar, labels)}`;
    };
  };
}

/** The latest exemplar of each bucket, or of a counter: OpenMetrics allows one per line. */
function exemplarsByLine(exemplars: readonly Exemplar[], boundaries: readonly number[]): ReadonlyMap<number, Exemplar> {
  const byLine = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const bucket = boundaries.findIndex((boundary) => exemplar.value <= boundary);
    const line = bucket === -1 ? boundaries.length : bucket;
    const known = byLine.get(line);
    if (known === undefined || milliseconds(exemplar) >= milliseconds(known)) byLine.set(line, exemplar);
  }
  return byLine;
}

function exemplarText(exemplar: Exemplar, labels: LabelSets): string {
  const { filteredAttributes = {}, traceId, spanId, value, timestamp } = exemplar;
  const context = {
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(spanId === undefined ? {} : { span_id: spanId }),
  };
  const own = Object.entries(filteredAttributes).filter(([key]) => !Object.hasOwn(context, labels.nameOf(key)));
  const whole = { ...Object.fromEntries(own), ...context };
  const fitting = [whole, context, {}].find((attributes) => labels.size(attributes) <= longestExemplar) ?? {};
  const text = `{${labels.text(fitting)}} ${formatGoFloat(value)}${timestamp === undefined ? '' : seconds(timestamp)}`;
  // Suffixes are written byte by byte.
  return Buffer.from(text, 'utf8').toString('latin1');
}

function toMillis([wholeSeconds, nanoseconds]: HrTime): number {
  return wholeSeconds * 1_000 + nanoseconds / 1_000_000;
}

function milliseconds({ timestamp }: Exemplar): number {
  return timestamp === undefined ? Number.NEGATIVE_INFINITY : toMillis(timestamp);
}

function seconds(time: HrTime): string {
  const millis = Math.round(toMillis(time));
  return Number.isSafeInteger(millis) && millis >= 0 ? ` ${(millis / 1_000).toFixed(3)}` : '';
}
