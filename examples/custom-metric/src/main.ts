// Standard decorators: TypeScript and esbuild lower them, Node does not run them yet. `npm start` runs this with tsx.
import { setTimeout as sleep } from 'node:timers/promises';
import { counted, timed } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import { basketDrift, count, drift, duration, rebalanceDuration, rebalances } from './rebalancing-metrics.ts';

class Rebalancer {
  readonly #weights = new Map([['majors', { target: 0.5, actual: 0.62 }]]);

  constructor() {
    // Read at every scrape, never stale.
    drift.observe((observe) => {
      for (const [basket, { target, actual }] of this.#weights) {
        observe(Math.abs(actual - target), { 'mybot.basket': basket });
      }
    });
  }

  @timed(duration, (basket: string) => ({ 'mybot.basket': basket }))
  @counted(count, (basket: string) => ({ 'mybot.basket': basket }))
  async rebalance(basket: string): Promise<void> {
    await sleep(10);
    const weights = this.#weights.get(basket);
    if (weights === undefined) throw new RangeError(`there is no basket ${basket}`);
    weights.actual = weights.target;
  }
}

const telemetry = await startTelemetry({
  serviceName: 'mybot',
  metrics: [rebalanceDuration, rebalances, basketDrift],
  exporters: [{ type: 'prometheus', port: 0 }],
});

const rebalancer = new Rebalancer();
await rebalancer.rebalance('majors');
await rebalancer.rebalance('minors').catch((error: Error) => console.error(error.message));

const [endpoint] = telemetry.endpoints;
const scraped = await (await fetch(endpoint?.url ?? '')).text();
console.log(scraped.match(/^mybot_.*$/gm)?.join('\n'));
