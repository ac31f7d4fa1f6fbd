/**
 * A bot that measures how late its own loop is and keeps its own books, so that tests can compare. Its parent controls
 * it over IPC. With BOT_ON_SIGNAL=shutdown or BOT_ON_CRASH=shutdown, it ends itself as the documentation advises.
 */
import dns from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import type { Books, BotAnswer, BotRequest, Ending, LoopReport, MemoryReport } from './bot-requests.ts';

const turnMillis = 10;
const mostTurns = 5_000;

// With BOT_HASTE, the SDK's intervals of five seconds take five milliseconds, so that a thousand of them are soon over.
let hasteCount = 0;
if (process.env['BOT_HASTE'] !== undefined) {
  const { setTimeout: setOwn } = globalThis;
  const setSooner = (callback: () => void, millis?: number, ...rest: unknown[]): NodeJS.Timeout => {
    if (millis !== 5_000) return setOwn(callback, millis, ...(rest as []));
    hasteCount += 1;
    return setOwn(callback, 5);
  };
  Object.assign(globalThis, { setTimeout: setSooner });
}

const flushTimeout = process.env['BOT_FLUSH_MILLIS'];
const startedAt = performance.now();
const telemetry = await startTelemetry({
  flushTimeoutMillis: flushTimeout === undefined ? undefined : Number(flushTimeout),
});
const startMillis = performance.now() - startedAt;
const orders = instrumentOrders({ venue: 'test', strategy: 'faults' });

let placed = 0;
let isTrading = process.env['BOT_TRADES'] !== 'when asked';

// Ring buffers of the last turns: their begins and delays.
const begins = new Float64Array(mostTurns).fill(Number.NEGATIVE_INFINITY);
const lateness = new Float64Array(mostTurns);
let turns = 0;

function trade(): void {
  placed += 1;
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'market', quantity: 1 }).fill({ quantity: 1, price: 64_000 });
}

function turn(due: number): void {
  const now = performance.now();
  begins[turns % mostTurns] = now;
  lateness[turns % mostTurns] = now - due;
  turns += 1;
  if (isTrading) trade();
  loop = setTimeout(turn, turnMillis, now + turnMillis);
}
let loop = setTimeout(turn, turnMillis, performance.now() + turnMillis);

function reportLoop(millis: number): LoopReport {
  const since = performance.now() - millis;
  const sorted = lateness.filter((_, index) => (begins[index] ?? 0) >= since).toSorted();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { turns: sorted.length, median: at(0.5), p95: at(0.95), longest: at(1) };
}

async function reportMemory(): Promise<MemoryReport> {
  // Twice: the second collection frees what finalizers released.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await sleep(10);
  }
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { held: heapUsed + external, resources: process.getActiveResourcesInfo().length, hasteCount };
}

// A name server that does not answer: dropping its packets needs root.
const { lookup } = dns;
const unanswered: unknown[][] = [];
Object.assign(dns, {
  lookup: (...args: unknown[]): void => {
    if (args[0] === 'unanswered.invalid') unanswered.push(args);
    else Reflect.apply(lookup, dns, args);
  },
});

function resolve(host: string): object {
  const known = (name: unknown, ...rest: unknown[]): void => {
    Reflect.apply(lookup, dns, [name === host ? '127.0.0.1' : name, ...rest]);
  };
  Object.assign(dns, { lookup: known });
  for (const [name, ...rest] of unanswered.splice(0)) known(name, ...rest);
  return {};
}

const books = (): Books => ({ orders: placed });

function end(how: Ending, last: number): void {
  clearTimeout(loop);
  for (let order = 0; order < last; order += 1) trade();
  if (how === 'exit') process.exit();
  process.disconnect();
  if (how === 'throw') throw new Error('the strategy is broken');
  if (how === 'reject') void Promise.reject(new Error('the strategy is broken'));
  if (how === 'shutdown') void telemetry.shutdown();
}

async function answer(request: BotRequest): Promise<unknown> {
  switch (request.ask) {
    case 'loop':
      return reportLoop(request.millis);
    case 'pause':
      isTrading = false;
      return books();
    case 'resume':
      isTrading = true;
      return books();
    case 'trade':
      for (let order = 0; order < request.orders; order += 1) trade();
      return books();
    case 'memory':
      return reportMemory();
    case 'flush':
      for (let time = 0; time < request.times; time += 1) await telemetry.flush();
      return {};
    case 'resolve':
      return resolve(request.host);
    case 'end':
      isTrading = false;
      return { orders: placed + request.orders };
  }
}

function reply(message: BotAnswer, afterwards: () => void = () => {}): void {
  process.send?.(message, afterwards);
}

process.on('message', (request: BotRequest) => {
  void answer(request).then((given) => {
    reply({ id: request.id, answer: given }, () => {
      if (request.ask === 'end') setImmediate(() => end(request.how, request.orders));
    });
  });
});

if (process.env['BOT_ON_SIGNAL'] === 'shutdown') {
  process.on('SIGTERM', () => {
    isTrading = false;
    void sleep(100)
      .then(trade)
      .then(() => telemetry.shutdown())
      .then(() => process.exit(0));
  });
}
if (process.env['BOT_ON_CRASH'] === 'shutdown') {
  process.on('uncaughtException', (error) => {
    isTrading = false;
    console.error(error);
    void telemetry.shutdown().then(() => process.exit(1));
  });
}

reply({ id: 0, answer: { startMillis, endpoints: telemetry.endpoints.map(({ url }) => url) } });
