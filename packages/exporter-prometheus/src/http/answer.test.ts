import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventLoopBudget } from '../collection/event-loop-budget.ts';
import { answerEnd, sendParts } from './answer.ts';

const sliceMillis = 2;
const part = Buffer.alloc(1_000, 'x');

let now = 0;
let server: Server;
let clients: Socket[];

beforeEach(async () => {
  clients = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const client of clients) client.destroy();
  server.close();
});

/** A requested answer of which every write uses up a slice. */
async function answer(writes: ServerResponse[]): Promise<ServerResponse> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  client.resume().write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const write = response.write.bind(response);
  response.write = (chunk: Uint8Array) => {
    writes.push(response);
    now += sliceMillis;
    return write(chunk);
  };
  return response;
}

test('begins one answer per turn when each uses up the slice', async () => {
  const budget = new EventLoopBudget(sliceMillis);
  const writes: ServerResponse[] = [];
  const responses: ServerResponse[] = [];
  for (let index = 0; index < 4; index += 1) responses.push(await answer(writes));
  const sent = responses.map((response) => sendParts(response, [part], budget, 60_000));
  const counts: number[] = [];
  while (writes.length < responses.length) {
    counts.push(writes.length);
    await nextTurn();
  }
  await Promise.all(sent);
  expect(writes).toEqual(responses);
  // An immediate belongs to the turn in which the first answer began.
  expect(counts).toEqual([1, 1, 2, 3]);
});

test('begins a single answer at once', async () => {
  const writes: ServerResponse[] = [];
  const response = await answer(writes);
  const sent = sendParts(response, [part], new EventLoopBudget(sliceMillis), 60_000);
  expect(writes).toEqual([response]);
  await sent;
});

test('writes nothing when the client disconnects before its turn', async () => {
  const budget = new EventLoopBudget(sliceMillis);
  const writes: ServerResponse[] = [];
  const [first, second] = [await answer(writes), await answer(writes)];
  const sent = [sendParts(first, [part], budget, 60_000), sendParts(second, [part], budget, 60_000)];
  second.req.socket.destroy();
  await answerEnd(second);
  await Promise.all(sent);
  expect(writes).toEqual([first]);
});
