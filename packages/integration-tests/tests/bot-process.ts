import { fileURLToPath } from 'node:url';
import { type Server, startServer } from '@trademeter/workspace-tools';

/** Options of {@link startBotProcess}. */
export interface BotProcessOptions {
  readonly name: string;
  /** Its main file. */
  readonly program: URL;
  readonly args?: readonly string[];
  /** The OTEL_ variables, and its own; this process's OTEL_ ones are not handed on. */
  readonly env: Readonly<Record<string, string>>;
  /** A URL that answers once it is ready. @default it is ready once it runs */
  readonly readyUrl?: string;
}

/** Starts a bot in a process of its own, with node itself: a signal would not get past a package manager. */
export function startBotProcess({ name, program, args = [], env, readyUrl }: BotProcessOptions): Promise<Server> {
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('OTEL_'));
  return startServer({
    name,
    command: process.execPath,
    args: ['--conditions=@trademeter/source', fileURLToPath(program), ...args],
    env: { ...Object.fromEntries(inherited), ...env },
    readyUrl,
  });
}
