import type { MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/**
 * A producer of one good metric, `good`, between a scope and a metric that cannot be encoded and have three data points.
 */
export function malformedProducer(): MetricProducer {
  const point = { attributes: {}, startTime: [1, 0], endTime: [2, 0], value: 1 };
  const metric = (name: unknown, points: number) => ({
    descriptor: { name, description: '', unit: '', type: 'COUNTER', valueType: 1 },
    dataPointType: 3,
    isMonotonic: true,
    aggregationTemporality: 1,
    dataPoints: Array.from({ length: points }, () => point),
  });
  const attributes = Object.defineProperty({}, 'broken', {
    enumerable: true,
    get: () => {
      throw new Error('cannot be read');
    },
  });
  const scopeMetrics = [
    { scope: { name: 'malformed', attributes }, metrics: [metric('a', 1)] },
    { scope: { name: 'produced' }, metrics: [metric(Symbol('b'), 2), metric('good', 1)] },
  ] as unknown as ScopeMetrics[];
  return {
    collect: async () => ({ resourceMetrics: { resource: { attributes: {} } as never, scopeMetrics }, errors: [] }),
  };
}

/** A resource with one attribute that cannot be encoded. */
export function malformedResource() {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  return { attributes: { 'service.name': 'bot', circular } };
}
