import type { Attributes } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes, defaultResource as upstreamDefault } from '@opentelemetry/resources';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { createResource, defaultResource, emptyResource } from './index.ts';

test("the default resource has upstream's attributes", () => {
  expect(defaultResource().attributes).toEqual(upstreamDefault().attributes);
  expect(emptyResource().attributes).toEqual({});
});

const mixed = {
  text: 'a',
  number: 1,
  flag: false,
  list: ['a', null, 'b'],
  empty: [],
  mixed: ['a', 1],
  nested: { a: 1 },
  nothing: null,
  big: 1n,
  unset: undefined,
  '': 'no name',
} as unknown as Attributes;

test('keeps the attributes that upstream keeps, and logs the others', () => {
  using logs = captureLogs();
  const { attributes } = createResource(mixed);
  expect(logs.messages).toHaveLength(5);
  expect(logs.messages[0]).toContain('dropped the resource attribute "mixed"');
  expect(attributes).toEqual(resourceFromAttributes(mixed).attributes);
});

describe('a merged resource', () => {
  const urls = [undefined, '', 'https://example.org/1', 'https://example.org/2'];

  function merge(create: (attributes: Attributes, schemaUrl: string | undefined) => Resource): unknown[] {
    return urls.flatMap((base) =>
      urls.map((over) => {
        const { attributes, schemaUrl } = create({ a: 1, b: 1 }, base).merge(create({ b: 2, c: 2 }, over));
        return [attributes, schemaUrl || undefined];
      }),
    );
  }

  test("has upstream's attributes and schema URL", () => {
    using _logs = captureLogs();
    const upstream = merge((attributes, schemaUrl) =>
      resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl }),
    );
    expect(merge(createResource)).toEqual(upstream);
    const resource = createResource({ a: 1 });
    expect(resource.merge(null)).toBe(resource);
  });

  test('waits for attributes that the other resource still detects', async () => {
    using _logs = captureLogs();
    const detected = Promise.withResolvers<string>();
    const other = resourceFromAttributes({ region: detected.promise, zone: 'a' });
    const merged = createResource({ region: 'unknown', bot: 'one' })
      .merge(other)
      .merge(createResource({ zone: 'b' }));
    expect(merged.asyncAttributesPending).toBe(true);
    expect(merged.attributes).toEqual({ region: 'unknown', bot: 'one', zone: 'b' });
    detected.resolve('tokyo');
    await merged.waitForAsyncAttributes?.();
    expect(merged.asyncAttributesPending).toBe(false);
    expect(merged.attributes).toEqual({ region: 'tokyo', bot: 'one', zone: 'b' });
    expect(merged.attributes).toBe(merged.attributes);
    // Upstream reads these when it merges our resource into its own.
    const upstream = resourceFromAttributes({ bot: 'none', host: 'h' }).merge(merged);
    await upstream.waitForAsyncAttributes?.();
    expect(upstream.attributes).toEqual({ region: 'tokyo', bot: 'one', zone: 'b', host: 'h' });
  });
});
