/** A line of a Markdown document, with where it stands. */
export interface Line {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** The headings above the line, outermost first, without their `#`. */
  readonly headings: readonly string[];
  /** The language of the fenced block that the line is in (empty when the fence names none); undefined outside. */
  readonly fence: string | undefined;
}

/** The lines of one fenced block. */
export interface Block {
  readonly language: string;
  readonly headings: readonly string[];
  readonly lines: readonly Line[];
}

/** Splits Markdown into lines that know their heading and fence. The fences themselves are left out. */
export function documentLines(markdown: string): Line[] {
  const lines: Line[] = [];
  let headings: readonly string[] = [];
  let fence: string | undefined;
  for (const [index, text] of markdown.split(/\r?\n/u).entries()) {
    const mark = /^\s*```(\w*)/u.exec(text);
    if (mark !== null) {
      fence = fence === undefined ? (mark[1] ?? '') : undefined;
      continue;
    }
    const heading = fence === undefined ? /^(#{1,6})\s+(.*?)\s*$/u.exec(text) : null;
    if (heading !== null) headings = [...headings.slice(0, (heading[1]?.length ?? 1) - 1), heading[2] ?? ''];
    lines.push({ text, number: index + 1, headings, fence });
  }
  return lines;
}

/** The fenced blocks, in order. */
export function fencedBlocks(lines: readonly Line[], ...languages: readonly string[]): Block[] {
  const blocks: { language: string; headings: readonly string[]; lines: Line[] }[] = [];
  let previous: Line | undefined;
  for (const line of lines) {
    if (line.fence !== undefined) {
      const continues = previous?.fence !== undefined && previous.number === line.number - 1;
      if (continues) blocks.at(-1)?.lines.push(line);
      else blocks.push({ language: line.fence, headings: line.headings, lines: [line] });
    }
    previous = line;
  }
  return languages.length === 0 ? blocks : blocks.filter(({ language }) => languages.includes(language));
}

/** The cells of a Markdown table's row, or undefined for a line that is none. */
export function tableCells(line: Line): string[] | undefined {
  if (line.fence !== undefined || !/^\s*\|.*\|\s*$/u.test(line.text)) return undefined;
  return line.text
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The inline code of a text, without its backticks. */
export function inlineCode(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, code]) => code ?? '');
}
