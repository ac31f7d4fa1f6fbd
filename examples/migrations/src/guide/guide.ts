import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of one of the guide's tables: what was, and what replaces it. */
export interface GuideRow {
  /** The page's name: that of the system. */
  readonly page: string;
  readonly line: number;
  /** The table's kind, by the heading of its second column. */
  readonly kind: 'after' | 'in the shell' | 'program';
  /** The names in the first column. */
  readonly before: readonly string[];
  /** The code of the second column that is to be run: statements, or commands. */
  readonly code: readonly string[];
  /** The programs that the second column links to. */
  readonly links: readonly string[];
}

/** The guide: its overview, a page for each system, and the programs. */
export interface Guide {
  readonly overview: string;
  /** The set-up that the calls on the pages follow. */
  readonly setup: string;
  readonly pages: ReadonlyMap<string, GuidePage>;
  /** The sections that have a program that runs. */
  readonly programs: ReadonlySet<string>;
}

export interface GuidePage {
  readonly rows: readonly GuideRow[];
  /** All text in code style outside of blocks. */
  readonly mentioned: ReadonlySet<string>;
}

const programsPage = 'programs.md';

/** Reads docs/migrating.md and the pages in docs/migrating. */
export function readGuide(docs: string): Guide {
  const read = (...path: string[]) => readFileSync(join(docs, ...path), 'utf8');
  const overview = read('migrating.md');
  const files = readdirSync(join(docs, 'migrating')).filter((file) => file !== programsPage);
  const pages = files.map((file) => {
    const name = file.replace(/\.md$/u, '');
    return [name, readPage(name, read('migrating', file))] as const;
  });
  return {
    overview,
    setup: /(?<=^```ts setup\n).*?(?=^```$)/msu.exec(overview)?.[0] ?? '',
    pages: new Map(pages),
    programs: programsIn(read('migrating', programsPage)),
  };
}

function programsIn(markdown: string): Set<string> {
  const sections = markdown.split(/^#+ /mu);
  const withProgram = sections.filter((section) => section.includes('\n```ts run\n'));
  return new Set(withProgram.map((section) => anchorOf(section.slice(0, section.indexOf('\n')))));
}

function readPage(page: string, markdown: string): GuidePage {
  const rows: GuideRow[] = [];
  const mentioned = new Set<string>();
  let columns: readonly string[] | undefined;
  let paragraph = '';
  for (const [index, text] of markdown.split('\n').entries()) {
    const cells = cellsOf(text);
    if (cells === undefined) {
      columns = undefined;
      // code may span lines
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
      page,
      line: index + 1,
      kind,
      before: kind === 'program' ? [before] : codeIn(before),
      code: kind === 'after' ? codes.filter((code) => /[;}]$/u.test(code)) : codes,
      links: [...after.matchAll(/\]\(programs\.md#([\w-]+)\)/gu)].map(([, anchor]) => anchor ?? ''),
    });
  }
  return { rows, mentioned };
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
