import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';

/** Listens to OpenTelemetry's `diag` until disposed. */
export class Diagnostics implements Disposable {
  readonly messages: string[] = [];
  /** Called with each message. */
  onMessage: () => void = () => {};

  constructor() {
    const write = (message: string, ...rest: unknown[]) => {
      this.messages.push([message, ...rest.map(String)].join(' '));
      this.onMessage();
    };
    const logger: DiagLogger = { error: write, warn: write, info: write, debug: write, verbose: write };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    this.messages.length = 0;
  }

  /** What this exporter told, without its prefix. */
  get told(): string[] {
    const prefix = '[trademeter/exporter-prometheus] ';
    return this.messages.filter((message) => message.startsWith(prefix)).map((message) => message.slice(prefix.length));
  }

  [Symbol.dispose](): void {
    diag.disable();
  }
}
