/** One sample of an exposition, read back. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number | undefined;
}

/** An exposition, read back. */
export interface ParsedExposition {
  readonly samples: readonly ParsedSample[];
  readonly types: Readonly<Record<string, string>>;
  readonly help: Readonly<Record<string, string>>;
}

const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"/gy;

/** Reads the text format 0.0.4, and throws where Prometheus would refuse it: this is its grammar, not a lenient one. */
export function parseExposition(text: string): ParsedExposition {
  const samples: ParsedSample[] = [];
  const types: Record<string, string> = {};
  const help: Record<string, string> = {};
  const seen = new Set<string>();
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = /^# (TYPE|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/su.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      const into = kind === 'TYPE' ? types : help;
      if (Object.hasOwn(into, name)) throw new Error(`${kind} of ${name} is there twice`);
      into[name] = rest;
      continue;
    }
    const sample = parseSample(line);
    const labels = Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const identity = JSON.stringify([sample.name, labels]);
    if (seen.has(identity)) throw new Error(`the series is there twice: ${line}`);
    seen.add(identity);
    samples.push(sample);
  }
  return { samples, types, help };
}

function parseSample(line: string): ParsedSample {
  const [, name = '', rest = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(.*)$/su.exec(line) ?? [];
  const labels: Record<string, string> = {};
  let tail = rest;
  if (rest.startsWith('{')) {
    let position = 1;
    while (rest[position] !== '}') {
      labelPattern.lastIndex = position;
      const match = labelPattern.exec(rest);
      if (match === null) throw new Error(`labels that cannot be read: ${line}`);
      const [whole, label = '', value = ''] = match;
      if (Object.hasOwn(labels, label)) throw new Error(`the label ${label} is there twice: ${line}`);
      labels[label] = value.replace(/\\(.)/gu, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      position += whole.length;
      if (rest[position] === ',') position += 1;
    }
    tail = rest.slice(position + 1);
  }
  const value = /^ (\S+)(?: (-?\d+))?$/u.exec(tail);
  if (name === '' || value === null) throw new Error(`a line that cannot be read: ${line}`);
  return {
    name,
    labels: Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== '')),
    value: parseValue(value[1] ?? ''),
    timestamp: value[2] === undefined ? undefined : Number(value[2]),
  };
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`a value that is no number: ${text}`);
  return value;
}
