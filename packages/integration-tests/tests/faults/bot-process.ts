import { join } from 'node:path';
import { type BotEnd, startBot as startProcess } from '@trademeter/test-support';
import type { BotAnswer, BotRequests, Ready } from './bot-requests.ts';

/** Options of {@link startBot}. */
export interface BotOptions {
  /** The OTEL_ and BOT_ variables; this process's own OTEL_ variables are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor for its stdout. @default nowhere */
  readonly stdout?: number;
  /** A shell script that starts it as `exec "$@"`. @default none */
  readonly shell?: string;
}

/** A bot in a process of its own. Disposing of it kills it. */
export interface BotProcess extends AsyncDisposable {
  readonly ready: Ready;
  /** The lines of its stderr so far. */
  readonly logged: readonly string[];
  /** Resolves to the first line that matches. */
  waitForLine(text: RegExp): Promise<string>;
  ask<K extends keyof BotRequests>(ask: K, ...request: AskArguments<K>): Promise<BotRequests[K]['answer']>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

type AskArguments<K extends keyof BotRequests> = object extends BotRequests[K]['request']
  ? []
  : [request: BotRequests[K]['request']];

/** How and when a process ended (`performance.now()` of the test). */
export interface Ended extends BotEnd {
  readonly at: number;
}

const botFile = join(import.meta.dirname, 'bot.ts');

/** Starts a bot and waits until it trades. */
export async function startBot({ env = {}, stdout, shell }: BotOptions = {}): Promise<BotProcess> {
  const bot = startProcess({
    program: botFile,
    nodeOptions: ['--expose-gc'],
    env,
    shell,
    stdout: stdout ?? 'ignore',
    ipc: true,
  });
  const child = bot.process;
  const ended = bot.ended.then((end): Ended => ({ ...end, at: performance.now() }));
  const answers = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  child.on('message', ({ id, answer }: BotAnswer) => {
    answers.get(id)?.(answer);
    answers.delete(id);
  });
  const answerTo = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      answers.set(id, resolve);
      void ended.then(({ code, signal }) =>
        reject(new Error(`the bot ended with ${code ?? signal} before it answered:\n${bot.output.stderr}`)),
      );
    });
  const ready = (await answerTo(0)) as Ready;
  return {
    ready,
    get logged() {
      return bot.logged;
    },
    waitForLine: (text) => bot.logs(text),
    ask: async (ask, request = {}) => {
      lastId += 1;
      const answer = answerTo(lastId);
      child.send({ ...request, id: lastId, ask });
      return (await answer) as never;
    },
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
    [Symbol.asyncDispose]: () => bot[Symbol.asyncDispose](),
  };
}
