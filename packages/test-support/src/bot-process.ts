import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a bot's process runs. */
export interface BotProgram {
  /** Its main file; none when `nodeOptions` hold the code. */
  readonly program?: string | URL;
  readonly args?: readonly string[];
  /** Options of node, which stand before the program. */
  readonly nodeOptions?: readonly string[];
  /** Its variables. It inherits those of this process except OTEL_… and NODE_OPTIONS. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Options of {@link startBot}. */
export interface BotOptions extends BotProgram {
  readonly cwd?: string;
  /** A script for bash that runs the command as `"$@"`. @default it is started as it is */
  readonly shell?: string | undefined;
  /** Whether it has a stdin to write to. @default false */
  readonly stdin?: boolean;
  /** A file descriptor for its stdout, or `ignore`. @default it is read into `output` */
  readonly stdout?: number | 'ignore' | undefined;
  /** Whether it can be sent messages. @default false */
  readonly ipc?: boolean;
}

/** How a bot ended. */
export interface BotEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command, as `spawn` takes it. */
export interface BotCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command that runs a bot on the packages' sources, with node itself: a package manager would swallow signals. */
export function botCommand({ program, args = [], nodeOptions = [], env = {} }: BotProgram): BotCommand {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('OTEL_') && name !== 'NODE_OPTIONS',
  );
  const file = program instanceof URL || program?.startsWith('file:') ? fileURLToPath(program) : program;
  return {
    command: process.execPath,
    args: ['--conditions=@trademeter/source', ...nodeOptions, ...(file === undefined ? [] : [file]), ...args],
    env: { ...Object.fromEntries(inherited), ...env },
  };
}

/** Less than a test may take, so that a failure shows what the bot printed. */
const waitMillis = 100_000;

/** BotProcess is a bot in a process of its own. Disposing of it kills it. */
export class BotProcess implements AsyncDisposable {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly output = { stdout: '', stderr: '' };
  readonly ended: Promise<BotEnd>;

  constructor({ cwd, shell, stdin = false, stdout, ipc = false, ...options }: BotOptions) {
    const own = botCommand(options);
    const [command, args] =
      shell === undefined ? [own.command, own.args] : ['bash', ['-c', shell, '-', own.command, ...own.args]];
    this.process = spawn(command, args, {
      cwd,
      env: { ...own.env },
      stdio: [stdin ? 'pipe' : 'ignore', stdout ?? 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.process[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.output[name] += text;
      });
    }
    // it may end before it reads what is written to it
    this.process.stdin?.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** The whole lines that it has written to stderr. */
  get logged(): string[] {
    return this.output.stderr.split('\n').slice(0, -1);
  }

  /** Resolves to the first match in its stdout; rejects when it ends before, or when that takes too long. A text matches as it is; what stands before `from` does not count. */
  prints(text: string | RegExp, from = 0): Promise<string> {
    return this.#until('stdout', text, () => {
      const stdout = this.output.stdout.slice(from);
      if (typeof text === 'string') return stdout.includes(text) ? text : undefined;
      return text.exec(stdout)?.[0];
    });
  }

  /** Resolves to the first whole line of its stderr that matches; rejects when it ends before. */
  logs(pattern: RegExp): Promise<string> {
    return this.#until('stderr', pattern, () => this.logged.find((line) => pattern.test(line)));
  }

  /** Writes to its stdin. */
  write(text: string): void {
    this.process.stdin?.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Waits for its end, and throws with what it printed unless it ended well. */
  async succeeds(): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { code, signal } = await this.ended;
    if (code !== 0) throw new Error(`the bot ended with ${code ?? signal}:\n${this.#printed()}`);
    return this.output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  async #until(name: 'stdout' | 'stderr', wanted: string | RegExp, find: () => string | undefined): Promise<string> {
    const stream = this.process[name];
    if (stream === null) throw new Error(`the ${name} of the bot is not read`);
    const timeLimit = new AbortController();
    const timer = setTimeout(() => timeLimit.abort(), waitMillis);
    try {
      for (let isOver = false; ; ) {
        const found = find();
        if (found !== undefined) return found;
        if (isOver) throw new Error(`the bot ended or stayed silent before ${wanted} appeared:\n${this.#printed()}`);
        const data = once(stream, 'data', { signal: timeLimit.signal }).then(
          () => false,
          () => true,
        );
        isOver = await Promise.race([data, this.ended.then(() => true)]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #printed(): string {
    return `${this.output.stdout}${this.output.stderr}`;
  }
}

/** Starts a bot in a process of its own. */
export function startBot(options: BotOptions): BotProcess {
  return new BotProcess(options);
}
