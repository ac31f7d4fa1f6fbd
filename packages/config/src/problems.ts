import { closestName } from './closest-name.ts';
import { ConfigurationError, type ConfigurationErrorCode, type ConfigurationProblem } from './configuration-error.ts';
import { describeValue } from './describe-value.ts';
import type { OptionCheck } from './option-checks.ts';
import { shownUrl } from './shown-url.ts';

/** The part of a check that messages need. */
type Allowed = Pick<OptionCheck, 'allowed' | 'isSecret'>;

/** ProblemSink receives what a reader of settings finds wrong. */
export interface ProblemSink {
  /** Reports that a setting has a value that is not allowed. */
  mustBe(option: string, check: Allowed, value: unknown): void;
}

/** Problems collects what is wrong with settings, so that everything is reported at once. */
export class Problems implements ProblemSink {
  readonly #packageName: string;
  readonly #found: ConfigurationProblem[] = [];
  readonly #doubts = new Set<string>();

  /** @param packageName without the scope, for the message */
  constructor(packageName: string) {
    this.#packageName = packageName;
  }

  /** Messages about values that are allowed, but probably not intended. */
  get doubts(): readonly string[] {
    return [...this.#doubts];
  }

  /** Adds a message about a value that is allowed, but probably not intended. */
  doubt(text: string): void {
    this.#doubts.add(text);
  }

  /** Adds a problem once: two exporters may read the same variable. */
  add(option: string, problem: string, value?: unknown): void {
    if (!this.#found.some((each) => each.problem === problem)) this.#found.push({ option, problem, value });
  }

  mustBe(option: string, check: Allowed, value: unknown): void {
    this.add(option, valueProblem(option, check, value), shownValue(check, value));
  }

  /** Returns the value if it is valid or missing; otherwise adds a problem and returns `undefined`. */
  check<T>(option: string, value: T, check: OptionCheck): T | undefined {
    if (value === undefined || check.accepts(value)) return value;
    this.mustBe(option, check, value);
    return undefined;
  }

  /**
   * Adds a problem for every unknown key, without its value: it may be a secret under a misspelt name.
   *
   * @param path the position of the object in other options: `exporters[0]`
   */
  checkKeys(path: string | undefined, value: object, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const option = pathOf(path, key);
      const closest = closestName(key, known);
      const suggestion = closest === undefined ? '' : ` (did you mean ${closest}?)`;
      this.add(option, `${unknownOption} ${option}${suggestion}; the options are ${known.join(', ')}`);
    }
  }

  /** Adds the problems of an object's own check, with this path. Environment variables keep their names. */
  addAll(path: string, { problems }: ConfigurationError): void {
    for (const { option, problem, value } of problems) {
      if (/^[A-Z][A-Z\d_]+$/u.test(option)) {
        this.add(option, problem, value);
        continue;
      }
      const full = `${path}.${option}`;
      const isUnknown = problem.startsWith(`${unknownOption} ${option}`);
      const text = isUnknown ? problem.replace(`${unknownOption} `, `${unknownOption} ${path}.`) : `${path}.${problem}`;
      this.add(full, text, value);
    }
  }

  /** @throws ConfigurationError with every problem in its message, the first in its fields */
  throwIfAny(code: ConfigurationErrorCode = 'ERR_TRADEMETER_OPTION'): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    const list = this.#found.map(({ problem }) => `  - ${problem}`).join('\n');
    const problem = others.length === 0 ? first.problem : `${this.#found.length} settings are wrong:\n${list}`;
    throw new ConfigurationError(this.#packageName, problem, { ...first, code, problems: this.#found });
  }
}

/** throwFirstProblem returns a sink that throws the first problem as a ConfigurationError. @param packageName without the scope */
export function throwFirstProblem(packageName: string): ProblemSink {
  return {
    mustBe(option, check, value) {
      throw optionError(packageName, option, check, value);
    },
  };
}

/** optionError creates the error for a wrong value: `port must be an integer from 0 to 65535, got "abc"`. */
export function optionError(packageName: string, option: string, check: Allowed, value: unknown): ConfigurationError {
  const problem = valueProblem(option, check, value);
  return new ConfigurationError(packageName, problem, { option, value: shownValue(check, value) });
}

/** The name of an option with the path of its object. */
export function pathOf(path: string | undefined, key: string): string {
  const shown = /^[\w.-]{1,60}$/u.test(key) ? key : describeValue(key);
  return path === undefined ? shown : `${path}.${shown}`;
}

const unknownOption = 'there is no option';

function valueProblem(option: string, { allowed, isSecret }: Allowed, value: unknown): string {
  const got = isSecret === true ? 'a value that is not shown, because it may be a secret' : describeValue(value);
  return `${option} must be ${allowed}, got ${got}`;
}

/** The value that an error may have: no secrets, and URLs without credentials. */
function shownValue({ isSecret }: Allowed, value: unknown): unknown {
  if (isSecret === true) return undefined;
  return typeof value === 'string' ? shownUrl(value) : value;
}
