/** OptionCheck decides whether a value is valid for an option, and describes what is allowed. */
export interface OptionCheck {
  /** What is allowed, phrased to follow "must be": `a non-empty string`. */
  readonly allowed: string;
  /** Whether the value may be a secret, which errors do not show. Default false. */
  readonly isSecret?: boolean;
  accepts(value: unknown): boolean;
}

/** The maximum time of a timer, in milliseconds: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const longestTimerMillis = 2_147_483_647;

/** Any string. */
export const anyString: OptionCheck = {
  allowed: 'a string',
  accepts: (value) => typeof value === 'string',
};

/** A string that is not only white space. */
export const nonEmptyString: OptionCheck = {
  allowed: 'a non-empty string',
  accepts: (value) => typeof value === 'string' && value.trim() !== '',
};

/** The path of a file; whether it exists is not checked. */
export const filePath: OptionCheck = {
  allowed: 'the path of a file',
  accepts: (value) => typeof value === 'string' && value !== '',
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

/** An object that is not an array. */
export const anyObject: OptionCheck = {
  allowed: 'an object',
  accepts: isObject,
};

/** Any array. */
export const anyList: OptionCheck = {
  allowed: 'a list',
  accepts: (value) => Array.isArray(value),
};

/** A regular expression. */
export const regularExpression: OptionCheck = {
  allowed: 'a regular expression',
  accepts: (value) => value instanceof RegExp,
};

/** A meter provider of any OpenTelemetry SDK. */
export const meterProviderOption: OptionCheck = {
  allowed: 'an OpenTelemetry MeterProvider',
  accepts: (value) => hasMethods(value, 'getMeter'),
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

/** Any number except NaN and the infinite ones. */
export const finiteNumber: OptionCheck = numberBetween(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

/** A finite number above zero. */
export const positiveNumber: OptionCheck = {
  allowed: 'a number above 0',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
};

/** An integer within bounds, both included. */
export function integerBetween(minimum: number, maximum: number, what = 'an integer'): OptionCheck {
  const isUnbounded = maximum === Number.POSITIVE_INFINITY;
  return {
    allowed: `${what} ${isUnbounded ? `not below ${minimum}` : `from ${minimum} to ${maximum}`}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
  };
}

/** Milliseconds for a timer. */
export const timerMillis: OptionCheck = integerBetween(1, longestTimerMillis, 'a whole number of milliseconds');

/** A port to listen on or connect to; 0 means any free port. */
export const portNumber: OptionCheck = integerBetween(0, 65_535);

/** An absolute URL of http or https. */
export const httpUrl: OptionCheck = {
  allowed: 'a URL that begins with http:// or https://',
  accepts: (value) => typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value),
};

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionCheck {
  return { allowed: `one of ${words.join(', ')}`, accepts: (value) => words.includes(value as string) };
}

/** A list, possibly empty, whose items all pass the check. @param items their plural: `non-empty strings` */
export function listOf(item: Pick<OptionCheck, 'accepts'>, items: string): OptionCheck {
  return {
    allowed: `a list of ${items}`,
    accepts: (value) => Array.isArray(value) && value.every((each) => item.accepts(each)),
  };
}

/** The same check for a value that errors must not show. */
export function secret(check: OptionCheck): OptionCheck {
  return { ...check, isSecret: true };
}

/** Whether the value is an object and not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is an object with these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
