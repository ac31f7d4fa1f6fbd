/** What {@link ConfigurationError} carries beside its message. */
export interface ConfigurationErrorDetails {
  /**
   * Stable, for programs: `ERR_TRADEMETER_OPTION`, `ERR_TRADEMETER_FILE` (one that an option names cannot be used),
   * `ERR_TRADEMETER_MISSING_PACKAGE` (one that an option needs is not installed), `ERR_TRADEMETER_NODE_VERSION`.
   */
  readonly code?:
    | 'ERR_TRADEMETER_OPTION'
    | 'ERR_TRADEMETER_FILE'
    | 'ERR_TRADEMETER_MISSING_PACKAGE'
    | 'ERR_TRADEMETER_NODE_VERSION';
  /** The option or environment variable that is wrong. */
  readonly option: string;
  /** What it was set to; `undefined` for a secret. */
  readonly value?: unknown;
  readonly cause?: unknown;
}

/** A wrong option, or a file that an option names and that cannot be used. Never thrown by a scrape. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** The message without the name of this package. */
  readonly problem: string;
  readonly code: NonNullable<ConfigurationErrorDetails['code']>;
  readonly option: string;
  readonly value: unknown;

  /** @param problem what is wrong, naming the option, what is allowed and what was given, unless that is a secret */
  constructor(problem: string, details: ConfigurationErrorDetails) {
    super(
      `[trademeter/exporter-prometheus] ${problem}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.problem = problem;
    this.code = details.code ?? 'ERR_TRADEMETER_OPTION';
    this.option = details.option;
    this.value = details.value;
  }
}

/** The error for an option that is not what is allowed: `port must be an integer from 0 to 65535, got "abc"`. */
export function notAllowed(option: string, allowed: string, value: unknown): ConfigurationError {
  return new ConfigurationError(`${option} must be ${allowed}, got ${describe(value)}`, { option, value });
}

/** The same for a secret, of which nothing is shown. */
export function secretNotAllowed(option: string, allowed: string): ConfigurationError {
  return new ConfigurationError(`${option} must be ${allowed}, got something else (which is not shown)`, { option });
}

/** Why something failed, in the words of who threw it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.problem;
  return error instanceof Error ? error.message : textOf(error);
}

/** The same with its class, for what others throw. Never throws, whatever that is. */
export function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'what has no text';
  }
}

const longest = 60;

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}
