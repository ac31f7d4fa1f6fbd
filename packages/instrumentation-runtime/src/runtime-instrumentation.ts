import { type MeterProvider, metrics } from '@opentelemetry/api';
import { version } from './version.ts';

/** An OpenTelemetry instrumentation, for `startTelemetry`, NodeSDK and `registerInstrumentations`. */
export interface RuntimeInstrumentation {
  instrumentationName: string;
  instrumentationVersion: string;
  enable(): void;
  disable(): void;
  setMeterProvider(meterProvider: MeterProvider): void;
  setTracerProvider(tracerProvider: unknown): void;
  setConfig(config: { enabled?: boolean }): void;
  getConfig(): { enabled?: boolean };
}

/** The instrumentation scope, and where to record. */
export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly meterProvider: MeterProvider;
}

/** Starts to record. @returns a function that ends it */
export type Attach = (scope: Scope) => () => void;

/**
 * Creates an instrumentation that only records metrics. It starts disabled, because an SDK sets its meter provider
 * first and then enables it.
 */
export function createInstrumentation(name: string, attach: Attach): RuntimeInstrumentation {
  let provider: MeterProvider | undefined;
  let detach: (() => void) | undefined;
  let config: { enabled?: boolean } = { enabled: false };

  function disable(): void {
    detach?.();
    detach = undefined;
    config = { ...config, enabled: false };
  }

  function enable(): void {
    config = { ...config, enabled: true };
    detach ??= attach({ name, version, meterProvider: provider ?? metrics.getMeterProvider() });
  }

  return {
    instrumentationName: name,
    instrumentationVersion: version,
    enable,
    disable,
    setMeterProvider(meterProvider) {
      if (meterProvider === provider) return;
      provider = meterProvider;
      if (detach === undefined) return;
      disable();
      enable();
    },
    setTracerProvider() {},
    setConfig(next) {
      config = { ...next, enabled: detach !== undefined };
    },
    getConfig: () => config,
  };
}
