// A bot whose names and attributes are valid but as awkward as possible. It records once, and nothing after that.
import { metrics } from '@opentelemetry/api';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

await startTelemetry({
  serviceName: 'hostile "bot"',
  resourceAttributes: {
    'service.namespace': 'desk\\7',
    'deployment.note': 'two\nlines and a "quote"',
    'a.b': 'dot',
    a_b: 'underscore',
    '9lives': 9,
    list: ['x', 'y"z'],
  },
});

/** Values that an escaping, an encoding or a number format could change. */
const values = {
  quote: 'say "no"',
  backslash: 'C:\\new\\table\\',
  newline: 'one\ntwo\r\nthree\\n',
  control: '\t\u0001\u001b[31m\u007f\u0085',
  spaces: '  padded  ',
  empty: '',
  separators: 'a;b,c=d{e}#f \u2028\u2029',
  unicode: '比特币/USDT 🚀 e\u0301 \u202ertl\u202c',
  markup: '<b>&amp;</b>',
  long: 'x'.repeat(2_000),
  integer: 42,
  negative: -7,
  fraction: 0.1,
  small: 1e-7,
  unsafe: 2 ** 53,
  negativeZero: -0,
  yes: true,
  no: false,
  texts: ['a', 'b"c', 'd\\e', '<f>', 'é'],
  numbers: [1, 2.5, -3],
  booleans: [true, false],
  nothing: [],
};

const meter = metrics.getMeter('hostile "scope"', '1.0\\β', { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' });
const byValue = meter.createCounter('hostile.value', { description: 'A value "as it is",\nnot \\as it\\n looks.' });
for (const [name, value] of Object.entries(values)) byValue.add(1, { name, value });

const byKey = meter.createUpDownCounter('hostile.key', { unit: '{key}' });
const keys = ['a-b', 'a/b', '9th', 'quantile', 'A.B', 'naïve'];
for (const key of keys) byKey.add(-2.5, { [key]: 'value', number: keys.indexOf(key) });

// The same series from two scopes.
for (const scope of ['one', 'two']) {
  metrics.getMeter(scope).createCounter('hostile.scoped', { description: 'Of two scopes.' }).add(1);
}

const units = [
  '',
  '1',
  '%',
  's',
  'ms',
  'By',
  'By/s',
  'm/s',
  '1/s',
  'Cel',
  'd',
  '{currency}',
  '{order}/min',
  'furlong',
  'By{a}',
];
for (const [index, unit] of units.entries()) {
  const options = { unit, description: `In ${unit || 'nothing'}.` };
  meter.createCounter(`hostile.unit${index}.counter`, options).add(0.5 + index);
  meter.createUpDownCounter(`hostile.unit${index}.up_down_counter`, options).add(-index);
  meter.createGauge(`hostile.unit${index}.gauge`, options).record(index / 3);
  meter
    .createHistogram(`hostile.unit${index}.histogram`, { ...options, advice: { explicitBucketBoundaries: [1] } })
    .record(1);
}
const names = ['seconds.taken', 'some_total', 'ratio', 'hit_ratio', 'per.second', 'UPPER.Case', 'a-b/c_d', 'x__y'];
for (const name of names) {
  meter.createCounter(`hostile.${name}.c`, { unit: 's' }).add(0);
  meter.createCounter(`hostile.c.${name}`, { unit: 'By' }).add(1);
  meter.createGauge(`hostile.g.${name}`, { unit: '1' }).record(1);
}

const extremes = [
  0,
  -0,
  0.1 + 0.2,
  1 / 3,
  1e-300,
  5e-324,
  1e300,
  Number.MAX_SAFE_INTEGER,
  123_456_789_012,
  1e21,
  -1e-7,
  100_000,
  1e6,
  1234567.5,
];
const gauge = meter.createGauge('hostile.extreme');
for (const [index, value] of [...extremes, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].entries()) {
  gauge.record(value, { index });
}

const boundaries = [
  -1e6, -0.5, 0, 1e-7, 0.000_1, 0.1, 0.3, 1, 2.5, 1_000, 999_999, 1e6, 2_592_000, 67_108_864, 1e20, 1e21,
];
const histogram = meter.createHistogram('hostile.bounded', {
  unit: '1',
  advice: { explicitBucketBoundaries: boundaries },
});
for (const value of [0, 1e-8, 0.1, 0.1, 0.2, 1, 3e6, 1e22]) histogram.record(value, { series: 1 });
histogram.record(0, { series: 2 });
meter.createHistogram('hostile.unbounded', { advice: { explicitBucketBoundaries: [] } }).record(0.25, { a: 'b' });

meter
  .createObservableCounter('hostile.observable.counter', { unit: 's' })
  .addCallback((result) => result.observe(7.25));
meter.createObservableUpDownCounter('hostile.observable.status', { unit: '1' }).addCallback((result) => {
  for (const [index, state] of ['open "wide"', 'closed'].entries()) result.observe(index, { state });
});
meter.createObservableGauge('hostile.observable.gauge', { unit: '1' }).addCallback((result) => result.observe(-0.25));

// The guard's result for a bot's own words.
const orders = instrumentOrders({ venue: 'a "venue"', strategy: 'mean\\reversion\n', currency: '₿' });
for (const symbol of ['BTC/USDT:USDT-251226-100000-C', 'ES=F', '^GSPC', 'BRK.B', 'a\ud800b', ' ', '"', '\\']) {
  const order = orders.place({ symbol, side: 'sell_short', type: 'limit', quantity: 3, expectedPrice: 0.1 });
  order.acknowledge();
  order.fill({ quantity: 1, price: 0.1 + 0.2, fee: { amount: -0.01, currency: '₿' }, liquidity: 'maker' });
  order.cancel();
}
console.log('recorded');
setInterval(() => {}, 1_000);
