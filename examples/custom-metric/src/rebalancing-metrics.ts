// Metrics of the bot's own, one object each, in the form of the conventions.
import { createMeter, defineMetric } from '@trademeter/instrumentation';

export const rebalanceDuration = defineMetric({
  name: 'mybot.rebalance.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time to bring a basket back to its weights.',
  attributes: {
    'mybot.basket': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required' },
  },
  boundaries: [0.01, 0.05, 0.1, 0.5, 1, 5],
});

export const rebalances = defineMetric({
  name: 'mybot.rebalances',
  instrument: 'counter',
  unit: '{rebalance}',
  description: 'Baskets that were brought back to their weights.',
  attributes: rebalanceDuration.attributes,
});

export const basketDrift = defineMetric({
  name: 'mybot.basket.drift',
  instrument: 'gauge',
  unit: '1',
  description: 'How far the heaviest asset of a basket is from its weight.',
  attributes: { 'mybot.basket': { type: 'string', requirement: 'required' } },
});

const meter = createMeter({ name: 'mybot' });
export const duration = meter.histogram(rebalanceDuration);
export const count = meter.counter(rebalances);
export const drift = meter.observable(basketDrift);
