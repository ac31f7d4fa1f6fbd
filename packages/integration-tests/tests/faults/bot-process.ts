import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly at: number;
}

const botFile = join(import.meta.dirname, 'bot.ts');

/** Starts a bot and waits until it trades. */
export async function startBot({ env = {}, stdout, shell }: BotOptions = {}): Promise<BotProcess> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('OTEL_') && name !== 'NODE_OPTIONS',
  );
  const own = [process.execPath, '--conditions=@trademeter/source', '--expose-gc', botFile];
  const [command = '', ...args] = shell === undefined ? own : ['bash', '-c', shell, '-', ...own];
  const stdio: StdioOptions = ['ignore', stdout ?? 'ignore', 'pipe', 'ipc'];
  const child = spawn(command, args, { stdio, env: { ...Object.fromEntries(inherited), ...env } });
  const logged = listen(child);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, at: performance.now() }));
  });
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
        reject(new Error(`the bot ended with ${code ?? signal} before it answered:\n${logged.join('\n')}`)),
      );
    });
  const ready = (await answerTo(0)) as Ready;
  return {
    ready,
    logged,
    async waitForLine(text) {
      const deadline = performance.now() + 60_000;
      for (;;) {
        const line = logged.find((each) => text.test(each));
        if (line !== undefined) return line;
        if (performance.now() > deadline) throw new Error(`${text} did not appear in time, but:\n${logged.join('\n')}`);
        await sleep(20);
      }
    },
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
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function listen(child: ChildProcess): string[] {
  const logged: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    logged.push(...lines);
  });
  return logged;
}
