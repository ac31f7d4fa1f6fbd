/** configurationErrorCodes maps each `code` of a {@link ConfigurationError} to its meaning. Codes are stable, messages are not. */
export const configurationErrorCodes = {
  ERR_TRADEMETER_OPTION: 'an option or an environment variable is wrong',
  ERR_TRADEMETER_DEFINITION: 'a metric definition is wrong',
  ERR_TRADEMETER_FILE: 'a file that an option names cannot be used',
  ERR_TRADEMETER_MISSING_PACKAGE: 'a package that an option needs is not installed',
  ERR_TRADEMETER_NODE_VERSION: 'Node.js is too old',
  ERR_TRADEMETER_STARTED: 'telemetry was already started',
} as const;

/** ConfigurationErrorCode is the `code` of a {@link ConfigurationError}. */
export type ConfigurationErrorCode = keyof typeof configurationErrorCodes;

/** ConfigurationProblem is one wrong setting. */
export interface ConfigurationProblem {
  /** The option or environment variable. */
  readonly option: string;
  /** The message; starts with the option, or with "there is no option". */
  readonly problem: string;
  /** Its value; `undefined` for a secret. */
  readonly value: unknown;
}

/** ConfigurationErrorDetails are the fields of a {@link ConfigurationError}. */
export interface ConfigurationErrorDetails {
  /** Default `ERR_TRADEMETER_OPTION`. */
  readonly code?: ConfigurationErrorCode;
  /** The option or environment variable that is wrong. */
  readonly option: string;
  /** Its value; omitted for a secret. */
  readonly value?: unknown;
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** All problems, if there are several. */
  readonly problems?: readonly ConfigurationProblem[];
}

const brand = Symbol.for('@trademeter/config.ConfigurationError');

/**
 * ConfigurationError reports a wrong option, environment variable or definition. It is thrown at creation, never when
 * something is measured, exported or scraped.
 *
 * `instanceof` also works for errors of another copy of this package in `node_modules`.
 */
export class ConfigurationError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass has no brand of its own. esbuild renames a class whose body contains its name, which stack traces show.
    if (!Object.hasOwn(this.prototype, brand)) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && Reflect.get(value, brand) === true;
  }

  override readonly name = 'ConfigurationError';
  /** The message without the name of the package. */
  readonly problem: string;
  readonly code: ConfigurationErrorCode;
  readonly option: string;
  readonly value: unknown;
  /** All problems, one entry per option; the first is also in the fields above. */
  readonly problems: readonly ConfigurationProblem[];

  /**
   * @param packageName the package that owns the option, without its scope: `sdk`, `instrumentation-orders`
   * @param problem names the option, what is allowed, and the given value unless it is a secret
   */
  constructor(packageName: string, problem: string, details: ConfigurationErrorDetails) {
    super(`[trademeter/${packageName}] ${problem}`, 'cause' in details ? { cause: details.cause } : undefined);
    this.problem = problem;
    this.code = details.code ?? 'ERR_TRADEMETER_OPTION';
    this.option = details.option;
    this.value = details.value;
    this.problems = details.problems ?? [{ option: this.option, problem, value: this.value }];
  }
}

// Not a declared member, so that the types of two copies stay compatible.
Object.defineProperty(ConfigurationError.prototype, brand, { value: true });
