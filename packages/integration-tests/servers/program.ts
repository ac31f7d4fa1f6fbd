import { versionOf } from '@trademeter/workspace-tools';

/** A program that tests need, and its sources. */
export interface ProgramSource {
  /** Its name in messages, e.g. `Prometheus 3`. */
  readonly title: string;
  /** The environment variable with the path of another one. */
  readonly variable: string;
  /** The command to look for on the PATH. */
  readonly command: string;
  readonly versionArgs: readonly string[];
  /** Whether the version text of the one on the PATH is suitable. */
  readonly suits: (version: string) => boolean;
  /** Downloads or builds one, and returns its absolute path. */
  readonly get: () => Promise<string>;
  /** What to do if that fails. */
  readonly advice: string;
}

/**
 * The path of a program: the one in its environment variable, else the one on the PATH if its version is suitable, else
 * one that is downloaded or built. Throws an error that says what to install.
 */
export async function findProgram(source: ProgramSource): Promise<string> {
  const named = process.env[source.variable];
  if (named !== undefined && named !== '') {
    if ((await versionOf(named, source.versionArgs)) !== undefined) return named;
    throw new Error(`${source.variable} must name a program that runs, got ${JSON.stringify(named)}`);
  }
  const version = await versionOf(source.command, source.versionArgs);
  if (version !== undefined && source.suits(version)) return source.command;
  let path: string;
  try {
    path = await source.get();
  } catch (error) {
    throw new Error(`${source.title} is missing and could not be installed. ${adviceOf(source)}`, { cause: error });
  }
  if ((await versionOf(path, source.versionArgs)) === undefined) {
    throw new Error(`${source.title} does not run on this machine (${path}). ${adviceOf(source)}`);
  }
  return path;
}

function adviceOf({ advice, variable }: ProgramSource): string {
  return `${advice}, or set ${variable} to the path of one.`;
}
