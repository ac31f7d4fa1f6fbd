import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What hostile or broken clients do to a server on this machine. It ends within some seconds, whatever the server does.
 */
export type Attack = (port: number) => Promise<void>;

const get = 'GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n';
const longestMillis = 5_000;

function open(port: number): Socket {
  return connect(port, '127.0.0.1').on('error', () => {});
}

/** Sends a text and reads the answer, until the server closes or the time is over. */
async function talk(port: number, text: string | Uint8Array, millis = longestMillis): Promise<void> {
  const socket = open(port).resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(text);
  await Promise.race([closed, sleep(millis)]);
  socket.destroy();
}

async function talkAll(port: number, texts: readonly (string | Uint8Array)[], millis?: number): Promise<void> {
  for (let from = 0; from < texts.length; from += 50) {
    await Promise.all(texts.slice(from, from + 50).map((text) => talk(port, text, millis)));
  }
}

/** Sends a text, reads nothing, and hangs up after a while. */
async function ignore(port: number, text: string, millis: number): Promise<void> {
  const socket = open(port).pause();
  socket.write(text);
  await sleep(millis);
  socket.destroy();
}

/** Numbers from 0 to below 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const nonsense = [
  ['*/*;q=2', 'text/plain;q=', 'text/plain;q=-1', 'q=0.5', ';;;;', ',,,,', '"', '"\\', 'text/plain;version="', 'a/b/c'],
  [
    'application/openmetrics-text;version=9',
    '*/*;q=0',
    'gzip;q=1.0000',
    'identity;q=0, *;q=0',
    'zstd;q=NaN',
    '\t',
    ' ',
  ],
  [
    'Basic',
    'Basic !!!',
    `Basic ${'A'.repeat(8_000)}`,
    'Bearer',
    'Bearer  x',
    'Digest a=b',
    `Bearer ${'x'.repeat(8_000)}`,
  ],
  ['text/plain;q=0.1,'.repeat(800), ';'.repeat(8_000), '"'.repeat(8_000), `${' '.repeat(8_000)}x`],
].flat();

const heads = [
  get,
  'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'HEAD /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'GET /metrics HTTP/1.0\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\nexpect: something\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'CONNECT elsewhere:443 HTTP/1.1\r\nhost: elsewhere\r\n\r\n',
  'POST /metrics HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /metrics HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nffffffffff\r\n',
  'POST /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999999999999\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET http://[ HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'GET /%zz?%00 HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
  'GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: a\u0000b\r\n\r\n',
  '\r\n\r\n\r\n',
];

/** Attacks by what they do. */
export const attacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  [
    'one client pipelines 80,000 requests and hangs up',
    async (port) => {
      const socket = open(port).resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(get.repeat(80_000), () => socket.destroy());
      await Promise.race([closed, sleep(longestMillis)]);
      socket.destroy();
    },
  ],
  [
    'ten clients pipeline 20,000 requests each and do not read',
    async (port) => {
      await Promise.all(Array.from({ length: 10 }, () => ignore(port, get.repeat(20_000), 1_000)));
    },
  ],
  [
    'clients send malformed and unusual requests, in mixtures',
    async (port) => {
      const random = randomNumbers(1);
      const pick = () => heads[Math.floor(random() * heads.length)] ?? get;
      const texts = Array.from({ length: 400 }, () => Array.from({ length: 1 + random() * 8 }, pick).join(''));
      const bytes = Array.from({ length: 200 }, () => {
        const request = Buffer.from(get);
        for (let change = 0; change < 3; change += 1) request[Math.floor(random() * request.length)] = random() * 256;
        return request;
      });
      await talkAll(port, [...texts, ...bytes], 300);
    },
  ],
  [
    'clients send nonsense in the headers that choose an answer',
    async (port) => {
      const texts = ['accept', 'accept-encoding', 'authorization', 'host'].flatMap((name) =>
        nonsense.map((value) => `GET /metrics HTTP/1.1\r\nconnection: close\r\n${name}: ${value}\r\n\r\n`),
      );
      await talkAll(port, [...texts, ...texts, ...texts], 1_000);
    },
  ],
  [
    '150 clients never finish a request',
    async (port) => {
      const sockets = Array.from({ length: 150 }, () => open(port).resume());
      for (let round = 0; round < 10; round += 1) {
        for (const socket of sockets) socket.write(round === 0 ? 'GET /metrics HTTP/1.1\r\nx: ' : 'x');
        await sleep(50);
      }
      for (const socket of sockets) socket.destroy();
    },
  ],
  [
    '150 clients ask and do not read',
    async (port) => {
      await Promise.all(Array.from({ length: 150 }, () => ignore(port, get.repeat(3), 2_000)));
    },
  ],
  [
    '500 clients ask and hang up',
    async (port) => {
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => ignore(port, get, index % 5)));
      }
    },
  ],
  [
    'clients send bodies of 5 MB with requests that have none',
    async (port) => {
      const body = 'x'.repeat(5_000_000);
      const chunked = `POST /metrics HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const sized = `GET /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      await talkAll(port, Array.from({ length: 5 }, () => [chunked, sized]).flat(), 1_000);
    },
  ],
]);
