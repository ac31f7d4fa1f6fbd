import { shownUrl } from '@trademeter/exporter-otlp';
import { ConfigurationError, describeValue, type OptionCheck } from '@trademeter/instrumentation';

/** Stands for a value that must not be printed: headers carry credentials. */
export const hidden: unique symbol = Symbol('hidden');

interface Problem {
  readonly option: string;
  readonly value: unknown;
  readonly text: string;
}

/** Collects what is wrong with the settings, so that all of it is told at once. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #doubts = new Set<string>();

  /** What is allowed, and probably not what was meant. */
  get doubts(): readonly string[] {
    return [...this.#doubts];
  }

  /** Notes what is allowed, and probably not what was meant. */
  doubt(text: string): void {
    this.#doubts.add(text);
  }

  /** Two exporters may be set up by one variable: the same is told once. */
  add(option: string, text: string, value: unknown): void {
    if (!this.#found.some((problem) => problem.text === text)) this.#found.push({ option, text, value });
  }

  mustBe(option: string, allowed: string, value: unknown): void {
    const shown = typeof value === 'string' ? shownUrl(value) : value;
    const got = value === hidden ? '' : `, got ${describe(shown)}`;
    this.add(option, `${option} must be ${allowed}${got}`, value === hidden ? undefined : shown);
  }

  /** The value when it will do; `undefined` when it will not, which is noted, or when it was not given. */
  check<T>(option: string, value: T, check: OptionCheck): T | undefined {
    if (value === undefined || check.accepts(value)) return value;
    this.mustBe(option, check.allowed, value);
    return undefined;
  }

  /** Notes every key that is not a known one, without its value: it may be a token whose name has a slip. */
  checkKeys(option: string, value: object, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const path = option === '' ? key : `${option}.${key}`;
      this.add(path, `there is no option ${path}; the options are ${known.join(', ')}`, undefined);
    }
  }

  /** @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) with every problem in its message, the first in its fields */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const details = { code: 'ERR_TRADEMETER_OPTION', option: first.option, value: first.value };
    const texts = this.#found.map((problem) => problem.text);
    throw new ConfigurationError(
      'sdk',
      texts.length === 1
        ? first.text
        : `${texts.length} settings are wrong:\n${texts.map((text) => `  - ${text}`).join('\n')}`,
      details,
    );
  }
}

// Lists of numbers are short, and the wrong number in them is what the reader looks for.
function describe(value: unknown): string {
  if (!Array.isArray(value)) return describeValue(value);
  const shown = value.slice(0, 20).map(describeValue).join(', ');
  return `[${shown}${value.length > 20 ? ', …' : ''}]`;
}
