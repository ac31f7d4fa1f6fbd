import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseExposition } from '@trademeter/view/exposition';
import { type MeasuredSeries, measuredFigures } from './measured.ts';

/** A bot in its own process that runs instructions and is scraped. */
export class BotProcess implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #printed = '';
  #readFrom = 0;

  /** @param program the bot's main file, relative to this one */
  static async start(program: string, environment: Readonly<Record<string, string>>): Promise<BotProcess> {
    const bot = new BotProcess(fileURLToPath(new URL(program, import.meta.url)), environment);
    await bot.#waitFor('ready');
    return bot;
  }

  private constructor(program: string, environment: Readonly<Record<string, string>>) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
    this.#process = spawn(process.execPath, ['--conditions=@trademeter/source', program], {
      env: {
        ...Object.fromEntries(inherited),
        NODE_OPTIONS: '',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        ...environment,
      },
    });
    this.#ended = once(this.#process, 'close');
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#printed += text));
    }
  }

  /** Runs an instruction and waits until it is done. */
  async do(instruction: string): Promise<void> {
    this.#process.stdin.write(`${instruction}\n`);
    await this.#waitFor(`done ${instruction}`);
  }

  /** Its figures, by the ledger's names. */
  async figures(): Promise<Map<string, number>> {
    return measuredFigures(await this.series());
  }

  /** Its exposition. */
  async series(): Promise<MeasuredSeries[]> {
    const url = /^metrics (?<url>\S+)$/mu.exec(this.#printed)?.groups?.['url'] ?? '';
    const { families } = parseExposition(await (await fetch(url)).text(), { contentType: 'text/plain; version=0.0.4' });
    return [...families.values()].flatMap(({ samples }) => samples);
  }

  /** Its output so far. */
  get printed(): string {
    return this.#printed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await this.#ended;
  }

  /** Waits for the next matching line. */
  async #waitFor(line: string): Promise<void> {
    const wanted = `${line}\n`;
    for (;;) {
      const at = this.#printed.indexOf(wanted, this.#readFrom);
      if (at >= 0) {
        this.#readFrom = at + wanted.length;
        return;
      }
      if (this.#process.exitCode !== null) throw new Error(`the bot ended before "${line}":\n${this.#printed}`);
      await Promise.race([once(this.#process.stdout, 'data'), this.#ended]);
    }
  }
}
