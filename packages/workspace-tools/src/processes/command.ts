import { type SpawnOptions, spawn } from 'node:child_process';

/** The result of a finished command. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link run}. */
export interface CommandOptions {
  readonly cwd?: string | undefined;
  /** Added to the environment of this process; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Written to its standard input, which is closed afterwards. */
  readonly input?: string | undefined;
  /** Called with each line of output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** After this time the command is killed, which throws. */
  readonly timeoutSeconds?: number | undefined;
}

/** Runs a command and returns its output; a failure is not thrown. Throws when the command cannot be started. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // not spawn's own timeout, whose timer stays active for a command that does not exist
    signal: options.timeoutSeconds === undefined ? undefined : AbortSignal.timeout(options.timeoutSeconds * 1000),
    killSignal: 'SIGKILL',
  };
  const child = spawn(command, args, spawnOptions);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    let line = '';
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      if (!options.onLine) return;
      const lines = (line + chunk).split('\n');
      line = lines.pop() ?? '';
      for (const complete of lines) options.onLine(complete);
    });
  }
  // A command that ends without reading its input closes the pipe first; its exit code is enough.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return { exitCode: await ended, ...output };
}

/** {@link run} for a command that must succeed: otherwise throws with all of its output. */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, options);
  if (exitCode !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${exitCode}\n${stdout}${stderr}`.trimEnd());
  }
  return stdout;
}

/** The standard output of `command --version` or similar; `undefined` if there is no such command. */
export async function versionOf(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string | undefined> {
  try {
    const { exitCode, stdout, stderr } = await run(command, args, { timeoutSeconds: 30, ...options });
    return exitCode === 0 ? stdout + stderr : undefined;
  } catch {
    return undefined;
  }
}
