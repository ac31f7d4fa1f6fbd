import { type OptionCheck, oneOf } from './option-checks.ts';
import type { ProblemSink } from './problems.ts';

/** Environment has environment variables by name, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variable is an environment variable that is set. */
export interface Variable {
  readonly name: string;
  /** Trimmed, and never empty. */
  readonly value: string;
}

/**
 * findVariable returns the first of the variables that is set.
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
 * isBlank is true for an empty value, which the specification treats as unset, and for two quotes, which an env file of
 * Docker makes of an empty value.
 */
export function isBlank(value: string): boolean {
  return /^(?:[\s\p{Cc}\p{Cf}]*|""|'')$/u.test(value.trim());
}

/** readText returns the value if the check accepts it; otherwise it reports the variable and returns `undefined`. */
export function readText(
  variable: Variable | undefined,
  check: OptionCheck,
  problems: ProblemSink,
): string | undefined {
  if (variable === undefined || check.accepts(variable.value)) return variable?.value;
  problems.mustBe(variable.name, check, variable.value);
  return undefined;
}

/** readInteger reads decimal digits only: not `0x10` or `1e3`, which programs read differently. */
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

/** readWord reads one of a few words, in any case. */
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

/** readBoolean reads `true` or `false`, in any case; false if unset. */
export function readBoolean(variable: Variable | undefined, problems: ProblemSink): boolean {
  return readWord(variable, ['true', 'false'], problems) === 'true';
}

/** readList reads a comma-separated list; entries are trimmed, empty ones omitted. */
export function readList(variable: Variable | undefined): string[] {
  return (variable?.value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
