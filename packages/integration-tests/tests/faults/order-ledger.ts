import { setTimeout as sleep } from 'node:timers/promises';
import type { Collector } from '../../servers/collector.ts';

/** The number of a bot's orders that a Collector knows, by `service.name`; `undefined` if it does not know the bot. */
export async function ordersAt(collector: Pick<Collector, 'prometheusUrl'>, job: string): Promise<number | undefined> {
  const text = await fetch(collector.prometheusUrl).then(
    (response) => response.text(),
    () => '',
  );
  const samples = text.split('\n').filter((line) => {
    return line.startsWith('trading_order_placed_total{') && line.includes(`job="${job}"`);
  });
  const values = samples.map((line) => Number(/\} (\S+)/u.exec(line)?.[1]));
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
