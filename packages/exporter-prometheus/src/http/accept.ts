/** One element of an Accept or Accept-Encoding header. */
export interface Accepted {
  /** In lower case: `text/plain`, `gzip`, `*`. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, which means not acceptable, to 1. */
  readonly quality: number;
}

/**
 * Returns the elements of an Accept header in the order in which they decide about a type: the most specific first (by
 * wildcards, not by parameters), then by quality, then as they came.
 */
export function parseAccept(header: string): Accepted[] {
  return elementsOf(header).toSorted((a, b) => wildcardsIn(a) - wildcardsIn(b) || b.quality - a.quality);
}

function wildcardsIn({ name }: Accepted): number {
  return name.split('*').length - 1;
}

/** Returns all elements of an Accept header, as they came. Never throws: unreadable ones are skipped. */
export function elementsOf(header: string): Accepted[] {
  return split(header, ',').flatMap((element) => {
    const [name = '', ...rest] = split(element, ';');
    if (!/^[\w.+*/-]+$/.test(name)) return [];
    const parameters = new Map(rest.map(parseParameter));
    return [{ name: name.toLowerCase(), parameters, quality: qualityOf(parameters.get('q') ?? '1') }];
  });
}

/** A malformed quality counts as 0. */
function qualityOf(text: string): number {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function parseParameter(parameter: string): [name: string, value: string] {
  const equals = parameter.indexOf('=');
  if (equals === -1) return [parameter.toLowerCase(), ''];
  const value = parameter.slice(equals + 1).trim();
  const unquoted = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, '$1');
  return [parameter.slice(0, equals).trim().toLowerCase(), unquoted ?? value];
}

/** Splits at separators outside of quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (character === '\\' && quoted) index += 1;
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
