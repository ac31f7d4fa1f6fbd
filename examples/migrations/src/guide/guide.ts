/** A row of one of the guide's tables: what was, and what replaces it. */
export interface GuideRow {
  /** The innermost heading above: a system's name, or what the table is about. */
  readonly section: string;
  readonly line: number;
  /** The table's kind, by the heading of its second column. */
  readonly kind: 'after' | 'in the shell' | 'program';
  /** The names in the first column. */
  readonly before: readonly string[];
  /** The code of the second column that is to be run: statements, or commands. */
  readonly code: readonly string[];
  /** The sections that the second column links to. */
  readonly links: readonly string[];
}

/** What the guide says, for tests to run and to hold against the inventories. */
export interface Guide {
  readonly rows: readonly GuideRow[];
  /** The program that the rows in TypeScript stand after. */
  readonly setup: string;
  /** Everything in code style outside of blocks, wherever it stands. */
  readonly mentioned: ReadonlySet<string>;
  /** The sections that have a program that runs. */
  readonly programs: ReadonlySet<string>;
}

/** Reads the guide's tables and blocks. */
export function readGuide(markdown: string): Guide {
  const rows: GuideRow[] = [];
  const mentioned = new Set<string>();
  const programs = new Set<string>();
  let setup = '';
  let section = '';
  let block: string | undefined;
  let columns: readonly string[] | undefined;
  let paragraph = '';
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^\s*```(.*)$/u.exec(text)?.[1];
    if (fence !== undefined) {
      block = block === undefined ? fence : undefined;
      if (block === 'ts run') programs.add(anchorOf(section));
      continue;
    }
    if (block !== undefined) {
      if (block === 'ts setup') setup += `${text}\n`;
      continue;
    }
    section = /^#+ (.*)$/u.exec(text)?.[1] ?? section;
    const cells = cellsOf(text);
    if (cells === undefined) {
      columns = undefined;
      // code may go over the end of a line
      paragraph = text === '' ? '' : `${paragraph} ${text}`;
      for (const code of codeIn(paragraph)) mentioned.add(code);
      continue;
    }
    if (columns === undefined) columns = cells;
    for (const code of codeIn(text)) mentioned.add(code);
    const [before = '', after = ''] = cells;
    const kind = columns[1];
    if (cells === columns || /^-+$/u.test(before)) continue;
    if (kind !== 'after' && kind !== 'in the shell' && kind !== 'program') continue;
    const codes = codeIn(after);
    rows.push({
      section,
      line: index + 1,
      kind,
      before: kind === 'program' ? [before] : codeIn(before),
      code: kind === 'after' ? codes.filter((code) => /[;}]$/u.test(code)) : codes,
      links: [...after.matchAll(/\]\(#([\w-]+)\)/gu)].map(([, anchor]) => anchor ?? ''),
    });
  }
  return { rows, setup, mentioned, programs };
}

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/gu, '')
    .replaceAll(' ', '-');
}

function cellsOf(line: string): string[] | undefined {
  if (!/^\|.*\|$/u.test(line)) return undefined;
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, code]) => code?.replaceAll('\\|', '|') ?? '');
}
