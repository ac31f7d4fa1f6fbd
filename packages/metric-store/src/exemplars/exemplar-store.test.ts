import { type Attributes, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, test } from 'vitest';
import { createStore } from '../../test/support.ts';
import type { Exemplar } from '../index.ts';

afterEach(() => trace.disable());

const spanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};
const inSpan = trace.setSpanContext(ROOT_CONTEXT, spanContext);

const exemplarsOf = (point: unknown): readonly Exemplar[] =>
  (point as { exemplars?: Exemplar[] } | undefined)?.exemplars ?? [];

test('a tracer registered late is noticed at the next collection', async () => {
  const { reader, meter } = createStore();
  const bound = meter.createCounter('c').bind({});
  bound.add(1, inSpan);
  expect(exemplarsOf((await reader.points('c'))[0])).toEqual([]);
  trace.setGlobalTracerProvider({ getTracer: () => trace.getTracer('unused') });
  await reader.collect();
  bound.add(2, inSpan);
  expect(exemplarsOf((await reader.points('c'))[0])).toMatchObject([{ value: 2, spanId: spanContext.spanId }]);
});

test('each measurement of an interval is equally likely to become the exemplar of a counter', async () => {
  const { reader, meter } = createStore({ exemplarFilter: 'always_on' });
  const counter = meter.createCounter('c');
  const chosen = new Map<number, number>();
  for (let round = 0; round < 2_000; round += 1) {
    for (const value of [1, 2, 3, 4]) counter.add(value);
    const [exemplar] = exemplarsOf((await reader.points('c'))[0]);
    const value = exemplar?.value ?? Number.NaN;
    chosen.set(value, (chosen.get(value) ?? 0) + 1);
  }
  // 500 on average; 150 is eight standard deviations.
  for (const value of [1, 2, 3, 4]) expect(Math.abs((chosen.get(value) ?? 0) - 500)).toBeLessThan(150);
});

test('a context that cannot be read loses the exemplar, not the measurement', async () => {
  trace.setGlobalTracerProvider({ getTracer: () => trace.getTracer('unused') });
  const { reader, meter } = createStore();
  const broken = {
    getValue: () => {
      throw new Error('no');
    },
  };
  meter.createCounter('c').add(1, {}, broken as never);
  meter
    .createCounter('c')
    .bind({})
    .add(1, broken as never);
  expect(await reader.points('c')).toMatchObject([{ value: 2 }]);
});

test('attributes that a view removed are plain data in the exemplar, or are omitted', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['id'])];
  const { reader, meter } = createStore({
    exemplarFilter: 'always_on',
    views: [{ instrumentName: 'c', attributesProcessors }],
  });
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const list = ['x'];
  const url = new URL('http://localhost/x');
  const bad = { cyclic, big: 1n, text: Symbol('s'), run: () => 1, none: null, missing: undefined };
  const attributes: unknown = { id: 1, list, url, side: 'buy', ...bad };
  meter.createCounter('c').add(1, attributes as Attributes);
  list.push('y');
  const [exemplar] = exemplarsOf((await reader.points('c'))[0]);
  expect(exemplar?.filteredAttributes).toEqual({ list: ['x'], url: url.href, side: 'buy' });
});

test('exemplars end with their series', async () => {
  const { reader, meter } = createStore({ exemplarFilter: 'always_on' });
  const counter = meter.createCounter('c');
  counter.add(1, { id: 'a' });
  await reader.collect();
  counter.remove({ id: 'a' });
  await reader.collect();
  counter.initialize({ id: 'a' });
  expect(exemplarsOf((await reader.points('c'))[0])).toEqual([]);
});
