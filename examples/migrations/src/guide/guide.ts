import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of one of the guide's lists: what was, and what replaces it. */
export interface GuideRow {
  /** The page's name: that of the system. */
  readonly page: string;
  readonly line: number;
  readonly kind: Kind;
  /** The names before the colon. */
  readonly before: readonly string[];
  /** The code after it that is to be run: statements, or a command. */
  readonly code: readonly string[];
  /** The files of the programs that are linked. */
  readonly links: readonly string[];
}

type Kind = 'call' | 'command' | 'program';

/** The kinds of the entries below a heading. */
const kinds = new Map<string, Kind>([
  ['Calls', 'call'],
  ['Programs', 'program'],
  ['Settings and commands', 'command'],
]);

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
  const lines = markdown.split('\n');
  let kind: Kind | undefined;
  for (const [index, text] of lines.entries()) {
    if (text.startsWith('## ')) kind = kinds.get(text.slice(3));
    // a colon in code does not end what was
    const { before = '', after = '' } = /^- (?<before>(?:`[^`]*`|[^`:])+): (?<after>.+)$/u.exec(text)?.groups ?? {};
    if (kind === undefined || after === '') continue;
    const codes = codeIn(after);
    rows.push({
      page,
      line: index + 1,
      kind,
      before: kind === 'program' ? [before] : codeIn(before),
      code: kind === 'call' ? codes.filter((code) => /[;}]$/u.test(code)) : codes.slice(0, 1),
      links: [...after.matchAll(/\/src\/programs\/([\w.-]+)\)/gu)].map(([, file]) => file ?? ''),
    });
  }
  return { rows, mentioned: new Set(lines.flatMap(codeIn)) };
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, code]) => code ?? '');
}
