import { basename } from 'node:path';
import { type CommandOptions, type CommandResult, run } from './command.ts';

/** Runs the pnpm that runs this program, or one that npx gets. */
export function runPnpm(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const path = process.env['npm_execpath'];
  const [command, ...first] =
    path !== undefined && basename(path).startsWith('pnpm') ? [path] : ['npx', '--yes', 'pnpm@12'];
  return run(command ?? 'npx', [...first, ...args], options);
}
