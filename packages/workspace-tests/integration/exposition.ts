/** One metric of a scraped text. */
export interface Family {
  readonly type: string;
  readonly help: string | undefined;
  /** The names of its samples: its own, or those of a histogram's parts. */
  readonly sampleNames: ReadonlySet<string>;
}

/** The families of text in Prometheus's format 0.0.4, by name. Values and labels are left to Prometheus. */
export function familiesOf(text: string): Map<string, Family> {
  const families = new Map<string, { type: string; help: string | undefined; sampleNames: Set<string> }>();
  const help = new Map<string, string>();
  let current: { sampleNames: Set<string> } | undefined;
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/u.exec(line) ?? [];
    if (keyword === 'HELP') help.set(name, rest);
    if (keyword === 'TYPE') {
      const family = { type: rest, help: help.get(name), sampleNames: new Set<string>() };
      families.set(name, family);
      current = family;
    }
    const sampleName = /^[a-zA-Z_:][\w:]*/u.exec(line)?.[0];
    if (sampleName !== undefined) current?.sampleNames.add(sampleName);
  }
  return families;
}
