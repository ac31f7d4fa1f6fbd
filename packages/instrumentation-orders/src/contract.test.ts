import { ordersMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentOrders } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-orders',
    version,
    metrics: ordersMetrics,
    metricsAtZero: ['trading.order.closed'],
    instrument: (options) => instrumentOrders({ venue: 'ibkr', strategy: 's', currency: 'USD', ...options }),
    introduce: (orders) => void orders.place({ symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 1 }),
    recordAll(orders, pass) {
      const order = orders.place({
        symbol: 'AAPL',
        side: 'buy',
        type: 'limit',
        quantity: 2,
        expectedPrice: 10,
        signalTime: 1,
      });
      pass(10);
      order.acknowledge();
      order.fill({ quantity: 2, price: 10.01, fee: { amount: 0.1 }, liquidity: 'taker' });
      orders.place({ symbol: 'AAPL', side: 'sell', type: 'market', quantity: 2 }).reject('unknown_symbol');
      const changed = orders.place({ symbol: 'AAPL', side: 'sell', type: 'limit', quantity: 2 });
      changed.error(new Error('request timed out'));
      changed.replace({ quantity: 3 });
      changed.fill({ quantity: 1, price: 10, executionId: 'e1' });
      changed.bust({ previousExecutionId: 'e1' });
      changed.fail();
      changed.reopen();
      orders.trade({ symbol: 'AAPL', positionSide: 'long', pnl: 5, openedTime: 1 });
    },
    callers: {
      request: (orders, fn) => orders.request('new', fn),
      'place().request': (orders, fn) =>
        orders.place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 }).request('cancel', fn),
    },
  },
);
