import { setTimeout as sleep } from 'node:timers/promises';
import { type Server, type ServerOptions, startServer } from '../processes/server.ts';
import { printedLine } from './readme-programs.ts';

/**
 * Runs a program that serves until it is stopped. Returns the documented lines that it has neither printed nor served
 * as metrics, at the address that it prints, within half a minute. Throws when it ends by itself.
 */
export async function findMissingLines(program: ServerOptions, documented: readonly string[]): Promise<string[]> {
  await using server = await startServer(program);
  for (const deadline = performance.now() + 30_000; ; await sleep(50)) {
    if (server.hasEnded()) throw new Error(`it ended with ${await server.ended}\n${server.log()}`);
    const text = await readOutput(server);
    const missing = documented.filter((line) => !printedLine(line).test(text));
    if (text !== '' && (missing.length === 0 || performance.now() > deadline)) return missing;
    if (performance.now() > deadline) throw new Error('it printed nothing');
  }
}

/** The output so far, and the metrics if their address was printed. */
async function readOutput(server: Server): Promise<string> {
  const printed = server.log();
  const url = /^http:\S+\/metrics$/mu.exec(printed)?.[0];
  return url === undefined ? printed : `${printed}\n${await (await fetch(url)).text()}`;
}
