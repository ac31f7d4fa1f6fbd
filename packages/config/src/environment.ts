import { type OptionCheck, oneOf } from './option-checks.ts';
import type { ProblemSink } from './problems.ts';

/** Environment is environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variable is an environment variable that is set. */
export interface Variable {
  readonly name: string;
  /** Trimmed, and never empty. */
  readonly value: string;
}

/**
 * The first of the variables that is set.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#parsing-empty-value
 */
export function findVariable(environment: Environment, ...names: readonly string[]): Variable | undefined {
  for (const name of names) {
    const value = environment[name]?.trim();
    if (value !== undefined && !isBlank(value)) return { name, value };
  }
  return undefined;
}

/**
 * True for an empty value, which the specification treats as an unset one, and for two quotes, which are what an env
 * file of Docker makes of an empty value.
 */
export function isBlank(value: string): boolean {
  return /^(?:[\s\p{Cc}\p{Cf}]*|""|'')$/u.test(value.trim());
}

/** The value, if the check accepts it; otherwise the variable is reported and `undefined` returned. */
export function readText(
  variable: Variable | undefined,
  check: OptionCheck,
  problems: ProblemSink,
): string | undefined {
  if (variable === undefined || check.accepts(variable.value)) return variable?.value;
  problems.mustBe(variable.name, check, variable.value);
  return undefined;
}

/** A number of decimal digits only: neither `0x10` nor `1e3`, which few programs read alike. */
export function readInteger(
  variable: Variable | undefined,
  check: OptionCheck,
  problems: ProblemSink,
): number | undefined {
  if (variable === undefined) return undefined;
  const number = /^\d+$/.test(variable.value) ? Number(variable.value) : Number.NaN;
  if (check.accepts(number)) return number;
  problems.mustBe(variable.name, check, variable.value);
  return undefined;
}

/** One of a few words, in capitals or not. */
export function readWord<const W extends string>(
  variable: Variable | undefined,
  words: readonly W[],
  problems: ProblemSink,
): W | undefined {
  if (variable === undefined) return undefined;
  const word = words.find((each) => each === variable.value.toLowerCase());
  if (word === undefined) problems.mustBe(variable.name, oneOf(...words), variable.value);
  return word;
}

/** `true` or `false`, in capitals or not; false when it is not set. */
export function readBoolean(variable: Variable | undefined, problems: ProblemSink): boolean {
  return readWord(variable, ['true', 'false'], problems) === 'true';
}

/** The entries of a list that is separated by commas, trimmed and without empty ones. */
export function readList(variable: Variable | undefined): string[] {
  return (variable?.value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
