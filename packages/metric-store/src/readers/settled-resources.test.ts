import { resourceFromAttributes } from '@opentelemetry/resources';
import { captureLogs } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createResource, SettledResources } from '../index.ts';

test('a resource that is settled is returned as it is', async () => {
  const resource = createResource({ bot: 'one' });
  expect(await new SettledResources().of(resource, 0)).toBe(resource);
});

test('waits for detectors', async () => {
  const resource = resourceFromAttributes({ region: Promise.resolve('tokyo') });
  expect((await new SettledResources().of(resource, 60_000)).attributes).toEqual({ region: 'tokyo' });
});

test('waits once for a detector that takes longer, and shows what it finds later', async () => {
  using _logs = captureLogs();
  const detected = Promise.withResolvers<string>();
  const resource = resourceFromAttributes({ bot: 'one', region: detected.promise });
  const resources = new SettledResources();
  const early = await resources.of(resource, 1);
  expect(early.attributes).toEqual({ bot: 'one' });
  expect(await resources.of(resource, 3_600_000)).toBe(early);
  detected.resolve('tokyo');
  await resource.waitForAsyncAttributes?.();
  expect((await resources.of(resource, 1)).attributes).toEqual({ bot: 'one', region: 'tokyo' });
});
