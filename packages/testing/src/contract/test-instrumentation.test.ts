import { metrics } from '@opentelemetry/api';
import { createMeter, defineMetric, timed } from '@trademeter/instrumentation';
import { afterAll, expect, test } from 'vitest';
import { type InstrumentationOptions, type InstrumentationSubject, testInstrumentation } from './index.ts';

const bids = defineMetric({
  name: 'auction.bids',
  instrument: 'counter',
  unit: '{bid}',
  description: 'Bids.',
  attributes: { 'auction.side': { type: 'string', requirement: 'required', values: ['buy', 'sell'] } },
});
const bidDuration = defineMetric({
  name: 'auction.bid.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Duration of a bid.',
  boundaries: [0.1, 1],
  attributes: {},
});

interface AuctionMetrics {
  bid(side: 'buy' | 'sell'): void;
  time(fn: () => unknown): unknown;
}

const name = '@example/instrumentation-auctions';
const version = '1.0.0';
const schemaUrl = 'https://example.com/schemas/1.0.0';

function instrumentAuctions(options: InstrumentationOptions): AuctionMetrics {
  const meter = createMeter({ name, version, schemaUrl, ...options });
  const counter = meter.counter(bids);
  const durations = meter.histogram(bidDuration);
  counter.initialize({ 'auction.side': 'buy' });
  return {
    bid: (side) => meter.attempt('auction.bids', () => counter.add(1, { 'auction.side': side })),
    time: (fn) => timed(durations, {}, fn),
  };
}

const subject: InstrumentationSubject<AuctionMetrics> = {
  name,
  version,
  schemaUrl,
  metrics: [bids, bidDuration],
  metricsAtZero: ['auction.bids'],
  instrument: instrumentAuctions,
  recordAll(auctions) {
    auctions.bid('buy');
    auctions.time(() => 1);
  },
  callers: { time: (auctions, fn) => auctions.time(fn) },
};

test('an instrumentation that keeps the contract passes every test', async () => {
  const { passed, failed } = await run(subject);
  expect(failed).toEqual([]);
  expect(passed).toHaveLength(19);
});

test.each<[fault: string, changes: Partial<InstrumentationSubject<AuctionMetrics>>, failed: string[]]>([
  [
    'does not record a metric',
    { metrics: [bids, bidDuration, { ...bidDuration, name: 'auction.duration' }] },
    [
      'it records every metric of its conventions, and no other',
      'made before an SDK starts, it records as soon as one has started',
    ],
  ],
  [
    'records a metric that is not defined',
    { metrics: [bids], metricsAtZero: [] },
    ['it records every metric of its conventions, and no other'],
  ],
  [
    'records an attribute that its definition lacks',
    { metrics: [{ ...bids, attributes: {} }, bidDuration] },
    [
      'it records the unit, the boundaries and the attributes of the definition, the required ones always',
      'no verb throws, whatever it gets',
    ],
  ],
  [
    'records without a required attribute',
    {
      metrics: [bids, { ...bidDuration, attributes: { 'auction.id': { type: 'string', requirement: 'required' } } }],
    },
    ['it records the unit, the boundaries and the attributes of the definition, the required ones always'],
  ],
  [
    'ignores an option that it does not have',
    { instrument: ({ now, meterProvider }) => instrumentAuctions({ now, meterProvider }) },
    ['it rejects an option that it does not have, and suggests the one that was meant'],
  ],
  [
    'has another version',
    { version: '2.0.0' },
    ['its scope has its name, its version, and the schema URL of its conventions'],
  ],
  [
    'has no series at 0',
    { metricsAtZero: ['auction.bid.duration'] },
    [
      'metrics that an alert watches have series at 0 before anything is counted',
      'made before an SDK starts, it records as soon as one has started',
      'on an SDK that does not announce itself, and on the next one, its series at 0 appear within seconds',
    ],
  ],
  [
    'stays on the provider that was registered when it was made',
    {
      instrument: (options) =>
        instrumentAuctions({ ...options, meterProvider: options.meterProvider ?? metrics.getMeterProvider() }),
    },
    ['made before an SDK starts, it records as soon as one has started'],
  ],
  [
    'has a verb that throws',
    {
      instrument: (options) => {
        const auctions = instrumentAuctions(options);
        return { ...auctions, bid: (side) => auctions.bid(side.toLowerCase() as 'buy') };
      },
    },
    ['no verb throws, whatever it gets', ...resultTests()],
  ],
  [
    'returns undefined when a verb gets no function to call',
    {
      instrument: (options) => {
        const auctions = instrumentAuctions(options);
        return { ...auctions, time: (fn) => (typeof fn === 'function' ? auctions.time(fn) : undefined) };
      },
    },
    ['time, called without a function, throws the TypeError that a call of that value throws'],
  ],
  [
    'leaves the rejection of a promise that a function of the caller returned',
    {
      instrument: (options) => {
        const auctions = instrumentAuctions(options);
        return { ...auctions, time: (fn) => void auctions.time(fn) };
      },
    },
    resultTests().filter((each) => /promise|rejects|that throws/u.test(each)),
  ],
])('fails an instrumentation that %s', async (_fault, changes, expected) => {
  const { failed } = await run({ ...subject, ...changes });
  // An instrumentation of an earlier test may still be alive, and may make a series appear.
  expect(failed.map((each) => each.name)).toEqual(expect.arrayContaining(expected));
});

function resultTests(): string[] {
  return [
    'a promise that rejects',
    'a promise of a promise that rejects',
    'a thenable that rejects',
    'a thenable that settles three times',
    'a thenable that throws',
    'a thenable that cannot be read',
    'an object that cannot be read at all',
    'a function',
  ].map((result) => `a function of the caller may return ${result}`);
}

interface Outcome {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

const ends: (() => void)[] = [];

afterAll(() => {
  for (const end of ends) end();
});

/** Runs the suite's tests one after the other. */
async function run<V extends object>(instrumentation: InstrumentationSubject<V>): Promise<Outcome> {
  const tests: [name: string, run: () => Promise<void>][] = [];
  testInstrumentation(
    {
      describe: (_name, define) => define(),
      test: (...each) => tests.push(each),
      afterAll: (end) => ends.push(end),
    },
    instrumentation,
  );
  const ignore = (): void => {};
  process.on('unhandledRejection', ignore);
  const passed: string[] = [];
  const failed: { name: string; error: unknown }[] = [];
  for (const [each, runTest] of tests) {
    try {
      await runTest();
      passed.push(each);
    } catch (error) {
      failed.push({ name: each, error });
    }
    // What a failed test leaves behind belongs to it.
    await new Promise(setImmediate);
  }
  process.off('unhandledRejection', ignore);
  return { passed, failed };
}
