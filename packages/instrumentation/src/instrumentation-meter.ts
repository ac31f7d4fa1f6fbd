import type { MeterProvider } from '@opentelemetry/api';
import { anyFunction, checkOptions, meterProviderOption, type OptionCheck } from '@trademeter/config';
import { SCHEMA_URL } from '@trademeter/semantic-conventions';
import { createMeter, type Meter } from './meter.ts';

/** The options that every instrumentation has. */
export interface InstrumentationOptions {
  /**
   * Where to record.
   *
   * @default the global meter provider, even if it is registered later
   */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Returns milliseconds since the epoch. Pass your own for replays and tests.
   *
   * @default a monotonic clock; `Date.now` for times that callers pass in
   */
  readonly now?: (() => number) | undefined;
}

/** The arguments of {@link createInstrumentationMeter}. */
export interface InstrumentationMeterOptions<O extends InstrumentationOptions> {
  /** The end of the package name: `risk` for `@trademeter/instrumentation-risk`. */
  readonly domain: string;
  /** The version of the package. */
  readonly version: string;
  /** What the caller passed; `undefined` is an empty object. */
  readonly options: O | undefined;
  /** A check for each option except `meterProvider` and `now`. */
  readonly checks: Readonly<Record<Exclude<keyof O, keyof InstrumentationOptions>, OptionCheck>>;
  /** The options that must be set. Default: none. */
  readonly required?: readonly (keyof O & string)[];
}

/**
 * Checks the options of one of trademeter's instrumentations, and creates its meter with the schema URL of the conventions.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is unknown, invalid, or missing
 */
export function createInstrumentationMeter<O extends InstrumentationOptions>({
  domain,
  version,
  options,
  checks,
  required = [],
}: InstrumentationMeterOptions<O>): Meter {
  const all = { ...checks, meterProvider: meterProviderOption, now: anyFunction };
  checkOptions(`instrumentation-${domain}`, options, all, required);
  return createMeter({
    name: `@trademeter/instrumentation-${domain}`,
    version,
    schemaUrl: SCHEMA_URL,
    meterProvider: options?.meterProvider,
    now: options?.now,
  });
}
