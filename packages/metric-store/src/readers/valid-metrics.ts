import type { DataPoint, MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { isObject, type Log } from '@trademeter/config';
import { DataPointType } from '../sdk-constants.ts';

type Warnings = Pick<Log, 'warnOnce'>;

/**
 * Removes malformed metrics of an unknown source: a point whose value is a bigint would make all others fail. Valid
 * objects are returned unchanged.
 */
export function validMetrics(scopes: readonly ScopeMetrics[], warnings: Warnings): ScopeMetrics[] {
  return scopes.filter(checked(isScope)).map(({ scope, metrics }) => {
    const valid = metrics.filter(checked(isMetric));
    if (valid.length < metrics.length)
      warnings.warnOnce(`dropped malformed metrics from scope ${JSON.stringify(scope.name)}`);
    return { scope, metrics: valid.map((metric) => validMetric(metric, warnings)) };
  });
}

function validMetric(metric: MetricData, warnings: Warnings): MetricData {
  const points: readonly DataPoint<unknown>[] = metric.dataPoints;
  const isValid = checked(
    (point: DataPoint<unknown>) => isPoint(point) && isValidValue(metric.dataPointType, point.value),
  );
  if (points.every(isValid)) return metric;
  warnings.warnOnce(`dropped malformed data points of metric ${JSON.stringify(metric.descriptor.name)}`);
  return { ...metric, dataPoints: points.filter(isValid) } as MetricData;
}

/** Whether a value fits the type of data point. May throw if the object throws. */
export function isValidValue(type: DataPointType, value: unknown): boolean {
  return valueChecks[type](value);
}

/** A check that never throws, whatever a producer's objects do. */
function checked<T>(check: (value: T) => boolean): (value: T) => boolean {
  return (value) => {
    try {
      return check(value);
    } catch {
      return false;
    }
  };
}

function isScope({ scope, metrics }: ScopeMetrics): boolean {
  const texts = [scope?.name, scope?.version ?? '', scope?.schemaUrl ?? ''];
  return texts.every(isText) && Array.isArray(metrics);
}

function isMetric({ descriptor, dataPointType, dataPoints }: MetricData): boolean {
  const texts = [descriptor?.name, descriptor?.unit, descriptor?.description];
  return texts.every(isText) && dataPointType in valueChecks && Array.isArray(dataPoints);
}

function isPoint(point: DataPoint<unknown> & { readonly exemplars?: unknown }): boolean {
  const { attributes, endTime, exemplars = [] } = point;
  return isObject(attributes) && isTime(endTime) && Array.isArray(exemplars) && exemplars.every(isExemplar);
}

function isExemplar(exemplar: unknown): boolean {
  if (!isObject(exemplar)) return false;
  const { value, timestamp = [0, 0], filteredAttributes = {} } = exemplar;
  return isNumber(value) && isTime(timestamp) && isObject(filteredAttributes);
}

const valueChecks: Readonly<Record<DataPointType, (value: unknown) => boolean>> = {
  [DataPointType.GAUGE]: isNumber,
  [DataPointType.SUM]: isNumber,
  [DataPointType.HISTOGRAM]: isHistogram,
  [DataPointType.EXPONENTIAL_HISTOGRAM]: isExponentialHistogram,
};

function isHistogram(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['buckets'])) return false;
  const { boundaries, counts } = value['buckets'];
  return isTotal(value) && isNumbers(boundaries) && isCounts(counts);
}

function isExponentialHistogram(value: unknown): boolean {
  if (!isObject(value) || !isTotal(value)) return false;
  const { scale, zeroCount, positive, negative } = value;
  return isInt32(scale) && isCount(zeroCount) && [positive, negative].every(isExponentialBuckets);
}

function isExponentialBuckets(value: unknown): boolean {
  return isObject(value) && isInt32(value['offset']) && isCounts(value['bucketCounts']);
}

function isTotal({ count, sum = 0, min = 0, max = 0 }: Readonly<Record<string, unknown>>): boolean {
  return isCount(count) && [sum, min, max].every(isNumber);
}

function isTime(value: unknown): boolean {
  return isNumbers(value) && value.length === 2;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function isCounts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isInt32(value: unknown): boolean {
  return isNumber(value) && (value | 0) === value;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
