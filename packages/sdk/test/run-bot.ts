import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A bot in a separate process. */
export interface RunningBot {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its output so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves when it prints this on stdout; rejects if it ends first. */
  readonly prints: (text: string) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const bots = {
  closing: import.meta.resolve('./bots/closing.ts'),
  late: import.meta.resolve('./bots/late.ts'),
  parent: import.meta.resolve('./bots/parent.ts'),
  uninstrumented: import.meta.resolve('./bots/uninstrumented.ts'),
  instrumented: import.meta.resolve('./bots/instrumented.ts'),
  finishing: import.meta.resolve('./bots/finishing.ts'),
  threads: import.meta.resolve('./bots/threads.ts'),
  waiting: import.meta.resolve('./bots/waiting.ts'),
};

/**
 * Starts a bot with `node` itself: a signal to a package manager would not reach it.
 *
 * @param launcher a command that starts the command that follows it
 */
export function runBot(
  name: keyof typeof bots,
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
  redirection = '',
  launcher: readonly string[] = [],
): RunningBot {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OTEL_') && key !== 'NODE_OPTIONS');
  const command = [
    ...launcher,
    process.execPath,
    '--conditions=@trademeter/source',
    ...nodeOptions,
    fileURLToPath(bots[name]),
  ];
  // With a redirection, a shell runs the bot and returns its exit code.
  const [file = '', ...args] =
    redirection === '' ? command : ['bash', '-o', 'pipefail', '-c', `"$@" ${redirection}`, '-', ...command];
  const child = spawn(file, args, {
    // where --import finds @trademeter/sdk
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
    for (const check of waiting) check();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    output,
    ended,
    kill: (signal) => child.kill(signal),
    prints: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!output.stdout.includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`it ended without printing ${text}: ${output.stdout}${output.stderr}`)));
      }),
  };
}
