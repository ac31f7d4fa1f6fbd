import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { median } from './median.ts';
import { nextMessage } from './next-message.ts';
import { type PushPeerName, pushPeerNames } from './peer-names.ts';
import { listen } from './peers/listen.ts';

/** Requests to the process that pushes. */
export type PushRequest =
  | { readonly ask: 'start'; readonly peer: PushPeerName; readonly url: string; readonly lines: number }
  | { readonly ask: 'push'; readonly share: number; readonly round: number }
  | { readonly ask: 'profile' }
  | { readonly ask: 'profiled'; readonly path: string };

/** One push, as measured in the process that pushes. */
export interface SeenPush {
  readonly millis: number;
  readonly stallMillis: number;
  /** The longest stall in CPU time of the thread, garbage collection included. */
  readonly stallCpuMillis: number;
  /** CPU time of all threads, system calls included. */
  readonly cpuMillis: number;
}

/** The cost of a push in one library: the median of several. */
export interface PushCost extends SeenPush {
  readonly peer: PushPeerName;
  readonly series: number;
  readonly worstStallMillis: number;
  readonly requests: number;
  readonly largestRequestBytes: number;
}

/** The lines of a scrape of the same 80,000 series. */
const lines = 165_000;
const share = 0.2;
const warmUpRounds = 5;

/** Measures libraries in turns, each in its own process. */
export async function measurePushes(rounds: number): Promise<PushCost[]> {
  using stack = new DisposableStack();
  const runs: PushRun[] = [];
  for (const peer of pushPeerNames) runs.push(stack.use(await PushRun.start(peer)));
  for (let round = 0; round < warmUpRounds; round += 1) for (const run of runs) await run.push();
  for (const run of runs) run.forget();
  for (let round = 0; round < rounds; round += 1) for (const run of runs) await run.push();
  return runs.map((run) => run.result());
}

/** Pushes with this workspace for a while, and writes the profile of that process. */
export async function profilePushes(path: string, millis: number): Promise<void> {
  using run = await PushRun.start('trademeter');
  await run.push();
  await run.ask({ ask: 'profile' });
  const end = performance.now() + millis;
  while (performance.now() < end) await run.push();
  await run.ask({ ask: 'profiled', path });
}

class PushRun implements Disposable {
  readonly #peer: PushPeerName;
  readonly #child: ChildProcess;
  readonly #receiver: Receiver;
  readonly #series: number;
  #seen: SeenPush[] = [];
  #round = 0;

  private constructor(peer: PushPeerName, child: ChildProcess, receiver: Receiver, series: number) {
    this.#peer = peer;
    this.#child = child;
    this.#receiver = receiver;
    this.#series = series;
  }

  static async start(peer: PushPeerName): Promise<PushRun> {
    const receiver = await Receiver.start();
    const child = fork(join(import.meta.dirname, 'pushed.ts'), { execArgv: ['--conditions=@trademeter/source'] });
    const series = (await ask(child, { ask: 'start', peer, url: receiver.url, lines })) as number;
    return new PushRun(peer, child, receiver, series);
  }

  async push(): Promise<void> {
    this.#round += 1;
    this.#receiver.sizes = [];
    const seen = (await ask(this.#child, { ask: 'push', share, round: this.#round })) as SeenPush;
    if (this.#receiver.sizes.length === 0) throw new Error(`${this.#peer} has sent nothing`);
    this.#seen.push(seen);
  }

  /** Sends a request to the process that pushes. */
  ask(request: PushRequest): Promise<unknown> {
    return ask(this.#child, request);
  }

  forget(): void {
    this.#seen = [];
  }

  result(): PushCost {
    return {
      peer: this.#peer,
      series: this.#series,
      millis: median(this.#seen.map(({ millis }) => millis)),
      stallMillis: median(this.#seen.map(({ stallMillis }) => stallMillis)),
      stallCpuMillis: median(this.#seen.map(({ stallCpuMillis }) => stallCpuMillis)),
      cpuMillis: median(this.#seen.map(({ cpuMillis }) => cpuMillis)),
      worstStallMillis: Math.max(...this.#seen.map(({ stallMillis }) => stallMillis)),
      requests: this.#receiver.sizes.length,
      largestRequestBytes: Math.max(...this.#receiver.sizes),
    };
  }

  [Symbol.dispose](): void {
    // It would flush first, to a receiver that is gone.
    this.#child.kill('SIGKILL');
    this.#receiver[Symbol.dispose]();
  }
}

async function ask(child: ChildProcess, request: PushRequest): Promise<unknown> {
  const answered = nextMessage(child, `the process that was asked to ${request.ask}`);
  child.send(request);
  const { reply } = (await answered) as { reply: unknown };
  return reply;
}

/** Accepts every request, and counts its bytes. */
class Receiver implements Disposable {
  readonly url: string;
  sizes: number[] = [];
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server, await listen(server));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      request.on('end', () => {
        receiver.sizes.push(size);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    return receiver;
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
