import { resourceFromAttributes } from '@opentelemetry/resources';
import { captureLogs } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createResource, SettledResources } from '../index.ts';

test('a settled resource is returned unchanged', async () => {
  const resource = createResource({ bot: 'one' });
  expect(await new SettledResources().of(resource, 0)).toBe(resource);
});

test('waits for detectors', async () => {
  const resource = resourceFromAttributes({ region: Promise.resolve('tokyo') });
  expect((await new SettledResources().of(resource, 60_000)).attributes).toEqual({ region: 'tokyo' });
});

test('waits once for a slow detector, and shows later what it found', async () => {
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

test('a resource that throws while it is awaited is shown without what it would have found', async () => {
  const resource = Object.assign(createResource({ bot: 'one' }), {
    asyncAttributesPending: true,
    waitForAsyncAttributes: () => {
      throw new Error('no');
    },
  });
  expect((await new SettledResources().of(resource, 60_000)).attributes).toEqual({ bot: 'one' });
});
