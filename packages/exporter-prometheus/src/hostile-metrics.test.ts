import { resourceFromAttributes } from '@opentelemetry/resources';
import { readExposition } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileAttributes, hostileMetrics, textConfigs } from '../test/hostile-metrics.ts';
import { Producer } from '../test/producer.ts';
import { Endpoint } from '../test/scrape.ts';

const escapings = fc.constantFrom('underscores', 'allow-utf-8', 'dots', 'values');

test('always renders readable text, with the same series in both formats', async () => {
  using _quiet = captureLogs();
  await fc.assert(
    fc.asyncProperty(
      textConfigs,
      hostileAttributes,
      hostileMetrics,
      escapings,
      async (config, attributes, metrics, escaping) => {
        const producer = new Producer();
        producer.scopeMetrics = metrics;
        const resource = resourceFromAttributes(attributes);
        await using endpoint = await Endpoint.start({ ...config, metricProducers: [producer] }, { resource });
        const get = async (type: string) => {
          const answer = await endpoint.get({ headers: { accept: `${type};version=1.0.0;escaping=${escaping}` } });
          expect(answer.status).toBe(200);
          return answer.body;
        };
        const inText = readExposition(await get('text/plain'));
        const inOpenMetrics = readExposition(await get('application/openmetrics-text'), { openMetrics: true });
        const series = ({ samples }: typeof inText) =>
          samples.map(({ name, labels, value }) => ({ name, labels, value }));
        expect(series(inOpenMetrics)).toEqual(series(inText));
      },
    ),
    { numRuns: 300 },
  );
});
