import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from './next-message.ts';
import type { Request } from './scraped-messages.ts';

/** A scraped process; scraped-messages.ts has its requests. */
export class ScrapedProcess implements Disposable {
  readonly #process: ChildProcess;

  /** @param flags flags of Node */
  constructor(flags: readonly string[] = []) {
    this.#process = fork(join(import.meta.dirname, 'scraped.ts'), {
      execArgv: ['--conditions=@trademeter/source', ...flags],
    });
  }

  /** Rejects when the process ends instead of answering. */
  async ask(request: Request): Promise<unknown> {
    const answered = nextMessage(this.#process, `the process that was asked to ${request.ask}`);
    this.#process.send(request);
    const { reply } = (await answered) as { reply: unknown };
    return reply;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
