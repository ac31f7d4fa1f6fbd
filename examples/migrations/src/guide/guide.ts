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
  /** The files of the programs that the second column links to. */
  readonly links: readonly string[];
}

export interface GuidePage {
  readonly rows: readonly GuideRow[];
  /** All text in code style outside of blocks. */
  readonly mentioned: ReadonlySet<string>;
}

/** Reads the guide's page of each system, in docs/migrating. */
export function readGuide(docs: string): ReadonlyMap<string, GuidePage> {
  const folder = join(docs, 'migrating');
  const pages = readdirSync(folder).map((file) => {
    const name = file.replace(/\.md$/u, '');
    return [name, readPage(name, readFileSync(join(folder, file), 'utf8'))] as const;
  });
  return new Map(pages);
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
      links: [...after.matchAll(/\/src\/programs\/([\w.-]+)\)/gu)].map(([, file]) => file ?? ''),
    });
  }
  return { rows, mentioned };
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
