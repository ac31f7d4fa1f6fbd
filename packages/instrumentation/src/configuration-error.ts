/** What {@link ConfigurationError} carries beside its message. */
export interface ConfigurationErrorDetails {
  /** Stable, for programs: `ERR_TRADEMETER_OPTION`, `ERR_TRADEMETER_DEFINITION`, `ERR_TRADEMETER_MISSING_PACKAGE`, … */
  readonly code: string;
  /** The option or environment variable that is wrong. */
  readonly option: string;
  /** What it was set to. */
  readonly value: unknown;
}

/** A wrong option, setting or definition. Thrown when something is made, never when something is measured. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code: string;
  readonly option: string;
  readonly value: unknown;

  /**
   * @param packageName without the scope: `sdk`, `instrumentation-orders`
   * @param problem what is wrong, naming the option, what is allowed and what was given
   */
  constructor(packageName: string, problem: string, details: ConfigurationErrorDetails) {
    super(`[trademeter/${packageName}] ${problem}`);
    this.code = details.code;
    this.option = details.option;
    this.value = details.value;
  }
}
