import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Request } from './scraped.ts';

/** A process that is scraped; see scraped.ts for what it may be asked. */
export class ScrapedProcess implements Disposable {
  readonly #process: ChildProcess;

  /** @param flags of Node */
  constructor(flags: readonly string[] = []) {
    this.#process = fork(join(import.meta.dirname, 'scraped.ts'), {
      execArgv: ['--conditions=@trademeter/source', ...flags],
    });
  }

  async ask(request: Request): Promise<unknown> {
    const answered = once(this.#process, 'message') as Promise<[{ reply: unknown }]>;
    this.#process.send(request);
    const [{ reply }] = await answered;
    return reply;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
