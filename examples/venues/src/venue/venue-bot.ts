import { type BotProcess, readExposition, startBot } from '@trademeter/test-support';
import { type MeasuredSeries, measuredFigures } from './measured.ts';

/** A bot in its own process that runs instructions and is scraped. */
export class VenueBot implements AsyncDisposable {
  readonly #bot: BotProcess;
  #readFrom = 0;

  /** @param program the bot's main file, relative to this one */
  static async start(program: string, environment: Readonly<Record<string, string>>): Promise<VenueBot> {
    const bot = new VenueBot(new URL(program, import.meta.url), environment);
    await bot.#waitFor('ready\n');
    return bot;
  }

  private constructor(program: URL, environment: Readonly<Record<string, string>>) {
    this.#bot = startBot({ program, stdin: true, env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...environment } });
  }

  /** Runs an instruction and waits until it is done. */
  async do(instruction: string): Promise<void> {
    this.#bot.write(`${instruction}\n`);
    await this.#waitFor(`done ${instruction}\n`);
  }

  /** Its figures, by the ledger's names. */
  async figures(): Promise<Map<string, number>> {
    return measuredFigures(await this.series());
  }

  /** Its exposition. */
  async series(): Promise<readonly MeasuredSeries[]> {
    const url = /^metrics (?<url>\S+)$/mu.exec(this.#bot.output.stdout)?.groups?.['url'] ?? '';
    return readExposition(await (await fetch(url)).text()).samples;
  }

  /** Its output so far. */
  get printed(): string {
    const { stdout, stderr } = this.#bot.output;
    return `${stdout}${stderr}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bot.kill('SIGTERM');
    await this.#bot.ended;
  }

  /** Waits for the next line like this. */
  async #waitFor(line: string): Promise<void> {
    await this.#bot.prints(line, this.#readFrom);
    this.#readFrom = this.#bot.output.stdout.indexOf(line, this.#readFrom) + line.length;
  }
}
