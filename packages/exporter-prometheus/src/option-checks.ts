import { notAllowed } from './configuration-error.ts';

/** @throws {ConfigurationError} when the value is neither `undefined` nor accepted */
export function check(option: string, value: unknown, allowed: string, accepts: (value: unknown) => boolean): void {
  if (value !== undefined && !accepts(value)) throw notAllowed(option, allowed, value);
}

export function text(option: string, value: unknown): string | undefined {
  check(option, value, 'a non-empty string', (given) => typeof given === 'string' && given !== '');
  return value as string | undefined;
}

export function texts(option: string, value: unknown): readonly string[] | undefined {
  check(option, value, 'a list of texts', (given) => {
    return Array.isArray(given) && given.every((each) => typeof each === 'string');
  });
  return value as readonly string[] | undefined;
}

export function flag(option: string, value: unknown): boolean {
  check(option, value, 'true or false', (given) => typeof given === 'boolean');
  return value === true;
}

export function integer(option: string, value: unknown, minimum: number, maximum: number): number | undefined {
  check(option, value, `an integer from ${minimum} to ${maximum}`, (given) => {
    return Number.isInteger(given) && (given as number) >= minimum && (given as number) <= maximum;
  });
  return value as number | undefined;
}

export function oneOf<T extends string>(option: string, value: unknown, allowed: readonly T[]): T | undefined {
  check(option, value, `one of ${allowed.join(', ')}`, (given) => allowed.includes(given as T));
  return value as T | undefined;
}
