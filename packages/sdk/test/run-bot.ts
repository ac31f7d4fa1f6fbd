import { fileURLToPath } from 'node:url';
import { type BotProcess, startBot } from '@trademeter/test-support';

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
 * Starts one of them.
 *
 * @param redirection of the shell that starts it, if any; its exit code is the bot's
 * @param launcher a command that starts the command that follows it
 */
export function runBot(
  name: keyof typeof bots,
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
  redirection = '',
  launcher: readonly string[] = [],
): BotProcess {
  const isPlain = redirection === '' && launcher.length === 0;
  return startBot({
    program: bots[name],
    nodeOptions,
    env,
    shell: isPlain ? undefined : `set -o pipefail; ${[...launcher, '"$@"'].join(' ')} ${redirection}`,
    // where --import finds @trademeter/sdk
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
}
