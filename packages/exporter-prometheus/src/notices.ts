import { diag } from '@opentelemetry/api';

// What is told comes from the application's names. One that makes them up without end must not fill the memory.
const rememberedNotices = 1_000;

/** Tells what an exporter had to leave out, each thing once in its life, through OpenTelemetry's `diag`. */
export class Notices {
  readonly #told = new Set<string>();

  tell(message: string): void {
    if (this.#told.has(message) || this.#told.size >= rememberedNotices) return;
    this.#told.add(message);
    diag.warn(`[trademeter/exporter-prometheus] ${message}`);
  }
}
