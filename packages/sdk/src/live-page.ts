import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageHandler } from '@trademeter/exporter-prometheus';
import { log } from './diagnostics.ts';

/** LivePage serves the live page, if `@trademeter/view` is installed. */
export class LivePage {
  readonly #endpoint: string;
  #loading: Promise<void> | undefined;
  #handler: PageHandler | undefined;

  /** @param endpoint the path of the metrics */
  constructor(endpoint = '/metrics') {
    this.#endpoint = endpoint;
  }

  get isServed(): boolean {
    return this.#handler !== undefined;
  }

  /** Waits for the page when a request comes before it is loaded. */
  readonly handle = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> => {
    await this.load();
    return (await this.#handler?.(request, response, path)) === true;
  };

  /** Loads it, once. Never rejects: without the package there is no page. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      // In this try block, and by its name, so that bundlers accept that it is missing.
      const { createPageHandler } = await import('@trademeter/view/server');
      this.#handler = createPageHandler({ targets: [{ path: this.#endpoint.replace(/^\/*/, '') }] });
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
        log.debug('@trademeter/view is not installed.');
      else log.warn('the live page cannot be served:', error);
    }
  }
}
