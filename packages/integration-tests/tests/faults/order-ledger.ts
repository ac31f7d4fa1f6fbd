import { setTimeout as sleep } from 'node:timers/promises';
import { readExposition } from '@trademeter/test-support';
import type { Collector } from '../../servers/collector.ts';

/** The number of a bot's orders that a Collector knows, by `service.name`; `undefined` if it does not know the bot. */
export async function ordersAt(collector: Pick<Collector, 'prometheusUrl'>, job: string): Promise<number | undefined> {
  const text = await fetch(collector.prometheusUrl).then(
    (response) => response.text(),
    () => '',
  );
  const values = readExposition(text)
    .samples.filter(({ name, labels }) => name === 'trading_order_placed_total' && labels['job'] === job)
    .map(({ value }) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** Waits until a Collector knows this many orders of a bot. Throws when it knows more, or takes too long. */
export async function waitForOrders(
  collector: Pick<Collector, 'prometheusUrl'>,
  job: string,
  isEnough: (orders: number) => boolean,
): Promise<number> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const orders = await ordersAt(collector, job);
    if (orders !== undefined && isEnough(orders)) return orders;
    if (performance.now() > deadline) throw new Error(`the Collector knows ${orders} orders of ${job}`);
    await sleep(50);
  }
}
