import { ConfigurationError } from './configuration-error.ts';
import { describeValue } from './describe-value.ts';

/** Decides whether an option's value will do, and says what would. */
export interface OptionCheck {
  readonly allowed: string;
  accepts(value: unknown): boolean;
}

/** A text that is not empty. */
export const nonEmptyString: OptionCheck = {
  allowed: 'a non-empty string',
  accepts: (value) => typeof value === 'string' && value.trim() !== '',
};

/** Any function. */
export const anyFunction: OptionCheck = {
  allowed: 'a function',
  accepts: (value) => typeof value === 'function',
};

/** `true` or `false`. */
export const anyBoolean: OptionCheck = {
  allowed: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/** A meter provider of any OpenTelemetry SDK. */
export const meterProviderOption: OptionCheck = {
  allowed: 'an OpenTelemetry MeterProvider',
  accepts: (value) =>
    typeof value === 'object' && value !== null && typeof (value as { getMeter?: unknown }).getMeter === 'function',
};

/** A finite number within bounds, both included. */
export function numberBetween(minimum: number, maximum: number): OptionCheck {
  let allowed = `a number from ${minimum} to ${maximum}`;
  if (maximum === Number.POSITIVE_INFINITY) allowed = `a number not below ${minimum}`;
  if (minimum === Number.NEGATIVE_INFINITY && maximum === Number.POSITIVE_INFINITY) allowed = 'a finite number';
  return {
    allowed,
    accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= minimum && value <= maximum,
  };
}

/** Any number but NaN and the infinite ones. */
export const finiteNumber: OptionCheck = numberBetween(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

/** A finite number above zero. */
export const positiveNumber: OptionCheck = {
  allowed: 'a number above 0',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
};

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionCheck {
  return { allowed: `one of ${words.join(', ')}`, accepts: (value) => words.includes(value as string) };
}

/** A list, empty or not, in which all will do. @param items what they are, in the plural: `non-empty strings` */
export function listOf(item: OptionCheck, items: string): OptionCheck {
  return {
    allowed: `a list of ${items}`,
    accepts: (value) => Array.isArray(value) && value.every((each) => item.accepts(each)),
  };
}

/**
 * Checks an options object before anything is made of it: every key is known, every value that is given will do.
 *
 * @param packageName without the scope, for the message
 * @param options what the caller gave; `undefined` is an empty object
 * @param checks one check an option; the keys listed in `required` must be given
 * @param path where the object is in the options, when it is a part of them: `prices["gpt-5"]`
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) naming the option, its value and what is allowed
 */
export function checkOptions(
  packageName: string,
  options: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  required: readonly string[] = [],
  path?: string,
): void {
  const nameOf = (key: string) => (path === undefined ? key : `${path}.${key}`);
  if (options === undefined && required.length === 0) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionError(packageName, path ?? 'options', 'an object', options);
  }
  const given = options as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(checks, key)) {
      throw new ConfigurationError(
        packageName,
        `there is no option ${path === undefined ? describeValue(key) : nameOf(key)}; the options are ${Object.keys(checks).join(', ')}`,
        { code: 'ERR_TRADEMETER_OPTION', option: nameOf(key), value: given[key] },
      );
    }
  }
  for (const [key, check] of Object.entries(checks)) {
    const value = given[key];
    if (value === undefined ? required.includes(key) : !check.accepts(value)) {
      throw optionError(packageName, nameOf(key), check.allowed, value);
    }
  }
}

function optionError(packageName: string, option: string, allowed: string, value: unknown): ConfigurationError {
  return new ConfigurationError(packageName, `${option} must be ${allowed}, got ${describeValue(value)}`, {
    code: 'ERR_TRADEMETER_OPTION',
    option,
    value,
  });
}
