/** Tests of a bot's metrics: `createTestTelemetry` reads values by the names of the conventions. */
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';

test('a filled order is closed as filled', async () => {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'alpaca', currency: 'USD', meterProvider: telemetry.meterProvider });
  orders.place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 }).fill({ quantity: 1, price: 187.2 });
  expect(await telemetry.value('trading.order.closed', { 'trading.order.outcome': 'filled' })).toBe(1);
});

test('a cycle counts in the histogram of durations', async () => {
  const telemetry = createTestTelemetry();
  instrumentStrategy({ strategy: 'sma', meterProvider: telemetry.meterProvider }).cycle.record(10);
  expect(await telemetry.histogram('trading.cycle.duration')).toMatchObject({ count: 1, sum: 10 });
});

test('a snapshot sets the value of the portfolio', async () => {
  const telemetry = createTestTelemetry();
  const portfolio = instrumentPortfolio({ currency: 'USD', meterProvider: telemetry.meterProvider });
  portfolio.snapshot({ value: 100_000, cash: 50_000, buyingPower: 100_000 });
  expect(await telemetry.value('trading.portfolio.value')).toBe(100_000);
});
