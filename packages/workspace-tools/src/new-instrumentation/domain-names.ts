import * as conventions from '@trademeter/semantic-conventions';
import { recorderOf } from '@trademeter/view/panels';
import { parseSync } from 'oxc-parser';

/** What a new domain is called where it is named. */
export interface DomainNames {
  /** `funding-rate`, of the package and of files. */
  readonly domain: string;
  /** `funding rate`, in sentences. */
  readonly words: string;
  /** `Funding rate`. */
  readonly title: string;
  /** `FundingRate`, of types. */
  readonly pascal: string;
  /** `fundingRate`, of values. */
  readonly camel: string;
  /** `funding_rate`, in names of metrics below `trading.`. */
  readonly namespace: string;
}

/** What a domain may be called, to follow "must be". */
export const allowedDomain = 'a singular noun in lowercase letters and digits, its words joined by hyphens';

const longest = 30;

/** What the generated code calls other things. */
const usedNames: ReadonlySet<string> = new Set(['console', 'expect', 'fetch', 'telemetry', 'test', 'version']);

/**
 * The names of a domain that a contributor asks for.
 *
 * @throws Error when there cannot be a domain of that name
 */
export function domainNames(domain: string): DomainNames {
  const got = `got ${JSON.stringify(domain)}`;
  if (!/^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/u.test(domain))
    throw new Error(`the domain must be ${allowedDomain}, ${got}`);
  if (domain.length > longest) throw new Error(`the domain must have at most ${longest} characters, ${got}`);
  const plural = domain.split('-').find((word) => /[^suia]s$/u.test(word));
  if (plural !== undefined) throw new Error(`the domain must be ${allowedDomain}: ${plural} is a plural, ${got}`);
  const camel = domain.replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());
  if (usedNames.has(camel) || parseSync('name.ts', `export const ${camel} = 1;`).errors.length > 0) {
    throw new Error(`the domain must not be a name that code uses for something else, ${got}`);
  }
  if (!recorderOf(domain).startsWith('@trademeter/instrumentation-')) {
    throw new Error(`the metrics of ${domain} are those of ${recorderOf(domain)}`);
  }
  const words = domain.replaceAll('-', ' ');
  const namespace = domain.replaceAll('-', '_');
  const used = namesInConventions().find((name) => `${name}.`.startsWith(`trading.${namespace}.`));
  if (used !== undefined) throw new Error(`the conventions use the namespace of ${domain} already: ${used}`);
  return { domain, words, title: capitalized(words), pascal: capitalized(camel), camel, namespace };
}

/** The names of metrics and attributes. */
function namesInConventions(): string[] {
  const attributes = Object.entries(conventions).filter(([name]) => name.startsWith('ATTR_'));
  return [...conventions.allMetrics.map(({ name }) => name), ...attributes.map(([, key]) => key as string)];
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
