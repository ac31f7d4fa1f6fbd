/** One sample of an exposition, read back. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number | undefined;
  /** What stands behind ` # ` in OpenMetrics. */
  readonly exemplar: string | undefined;
}

/** An exposition, read back. */
export interface ParsedExposition {
  readonly samples: readonly ParsedSample[];
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
}

/** Which syntax to hold a text to. */
export interface Syntax {
  readonly openMetrics?: boolean;
}

const quotedText = String.raw`"(?:[^"\\\n\0]|\\\\|\\"|\\n)*"`;
const legacyName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const labelPattern = new RegExp(`([a-zA-Z_][a-zA-Z0-9_]*|${quotedText})=(${quotedText})`, 'gy');
const quotedNamePattern = new RegExp(`${quotedText}(?=[,}])`, 'gy');

/** Reads an exposition, and throws where Prometheus would refuse it: this is the formats' grammar, not a lenient one. */
export function parseExposition(text: string, { openMetrics = false }: Syntax = {}): ParsedExposition {
  const samples: ParsedSample[] = [];
  const comments = {
    TYPE: new Map<string, string>(),
    HELP: new Map<string, string>(),
    UNIT: new Map<string, string>(),
  };
  const seen = new Set<string>();
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  if (openMetrics && !text.endsWith('# EOF\n')) throw new Error('there is no end');
  const lines = text.split('\n').slice(0, openMetrics ? -2 : -1);
  for (const line of lines) {
    const comment = new RegExp(`^# (TYPE|HELP|UNIT) (${legacyName}|${quotedText}) ([^\0]*)$`, 'su').exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      const into = comments[kind as keyof typeof comments];
      if (into.has(name)) throw new Error(`${kind} of ${name} is there twice`);
      into.set(name, rest);
      continue;
    }
    const sample = parseSample(line, openMetrics);
    const labels = Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const identity = JSON.stringify([sample.name, labels]);
    if (seen.has(identity)) throw new Error(`the series is there twice: ${line}`);
    seen.add(identity);
    samples.push(sample);
  }
  for (const [name, unit] of comments.UNIT) {
    if (!openMetrics || !unquoted(name).endsWith(`_${unit}`)) throw new Error(`${name} has the unit ${unit}`);
  }
  return { samples, types: comments.TYPE, help: comments.HELP, units: comments.UNIT };
}

function parseSample(line: string, openMetrics: boolean): ParsedSample {
  let [name = ''] = new RegExp(`^${legacyName}`, 'u').exec(line) ?? [];
  const labels = new Map<string, string>();
  let position = name.length;
  if (line[position] === '{') {
    position += 1;
    quotedNamePattern.lastIndex = position;
    const quotedName = name === '' ? quotedNamePattern.exec(line)?.[0] : undefined;
    if (quotedName !== undefined) {
      name = unquoted(quotedName);
      position += quotedName.length + (line[position + quotedName.length] === ',' ? 1 : 0);
    }
    position = parseLabels(line, position, labels);
  }
  const exemplar = openMetrics ? String.raw`(?: # (\{.*\} \S+(?: \S+)?))?` : '()';
  const timestamp = openMetrics ? String.raw`(?: (\d+(?:\.\d+)?))?` : String.raw`(?: (\d+))?`;
  const tail = new RegExp(String.raw`^ (\S+)${timestamp}${exemplar}$`, 'su').exec(line.slice(position));
  if (name === '' || tail === null) throw new Error(`a line that cannot be read: ${line}`);
  return {
    name,
    labels: Object.fromEntries([...labels].filter(([, value]) => value !== '')),
    value: parseValue(tail[1] ?? ''),
    timestamp: tail[2] === undefined ? undefined : Number(tail[2]),
    exemplar: tail[3] === '' ? undefined : tail[3],
  };
}

/** @returns the position behind the closing brace */
function parseLabels(line: string, start: number, labels: Map<string, string>): number {
  let position = start;
  while (line[position] !== '}') {
    labelPattern.lastIndex = position;
    const match = labelPattern.exec(line);
    if (match === null) throw new Error(`labels that cannot be read: ${line}`);
    const [whole, label = '', value = ''] = match;
    const name = label.startsWith('"') ? unquoted(label) : label;
    if (labels.has(name) || name === '__name__') throw new Error(`the label ${name} is there twice: ${line}`);
    labels.set(name, unquoted(value));
    position += whole.length;
    if (line[position] === ',') position += 1;
  }
  return position + 1;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gsu, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`a value that is no number: ${text}`);
  return value;
}
