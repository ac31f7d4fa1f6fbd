import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readPublicPackages, workspaceFolder } from '../workspace.ts';

/**
 * A complete program in a document: a fenced block with the info string `ts run`, or `ts serve` if it runs and serves
 * its metrics until it is stopped.
 */
export interface DocumentedProgram {
  /** The document, relative to the workspace, and the line of the block: `packages/sdk/README.md:20`. */
  readonly place: string;
  readonly source: string;
  /** True when it does not end by itself. */
  readonly staysUp: boolean;
  /** The documented lines of output or metrics, without those that only say that there are more. */
  readonly output: readonly string[];
  /** The folder whose packages it may import: the document's package, or this one for the guides. */
  readonly folder: string;
}

/** The existing READMEs of the packages and of the workspace, and the guides in docs. */
export function findDocuments(): string[] {
  return globSync(['README.md', 'packages/*/README.md', 'docs/**/*.md'], { cwd: workspaceFolder }).toSorted();
}

/** The README that each public package must have, with a program in it. */
export function requiredReadmes(): string[] {
  return readPublicPackages().map(({ folder }) => relative(workspaceFolder, join(folder, 'README.md')));
}

/** The programs in a document of the workspace. */
export function programsOf(document: string): DocumentedProgram[] {
  const owner = /^packages\/[^/]+/u.exec(document)?.[0] ?? 'packages/workspace-tools';
  const folder = join(workspaceFolder, owner);
  return programsIn(readFileSync(join(workspaceFolder, document), 'utf8')).map(({ line, ...program }) => ({
    place: `${document}:${line}`,
    ...program,
    folder,
  }));
}

/** The arguments of each `npm install` in a document: packages, some with a version, and flags. */
export function installCommands(markdown: string): string[][] {
  const commands = markdown.matchAll(/(?:^|`)npm install (?<packages>[^#\n`]+)/gmu);
  return [...commands].map(({ groups }) => groups?.['packages']?.trim().split(/\s+/u) ?? []);
}

/** The packages that a document says to install, without versions. */
export function installedBy(markdown: string): Set<string> {
  return new Set(installCommands(markdown).flatMap((names) => names.map((name) => name.replace(/(?<=.)@.*$/u, ''))));
}

/**
 * The programs in a Markdown text, with the lines on which they begin, from 1. A block without an info string that
 * follows, with no other block or heading in between, is the program's output.
 */
export function programsIn(
  markdown: string,
): { readonly source: string; readonly line: number; readonly staysUp: boolean; readonly output: string[] }[] {
  const blocks = markdown.matchAll(/^(?<fence>`{3,})ts (?<kind>run|serve)\n(?<source>.*?)^\k<fence>$/gmsu);
  return [...blocks].map(({ index, 0: block, groups }) => {
    const next = /^\n(?:(?!```|#).*\n)*```\n(?<output>[^]*?)^```$/mu.exec(markdown.slice(index + block.length));
    const printed = next?.index === 0 ? next.groups?.['output'] : undefined;
    return {
      source: groups?.['source'] ?? '',
      line: markdown.slice(0, index).split('\n').length + 1,
      staysUp: groups?.['kind'] === 'serve',
      output: printed?.split('\n').filter((line) => line !== '' && line !== '…') ?? [],
    };
  });
}

/** Matches a line of output with any numbers, which may be times; `…` stands for anything. */
export function printedLine(documented: string): RegExp {
  const number = String.raw`\d+(?:\.\d+)?(?:e[+-]\d+)?`;
  const parts = documented.split(new RegExp(`(…|${number})`, 'u'));
  const pattern = parts.map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
    return part === '…' ? '.*' : number;
  });
  return new RegExp(`^${pattern.join('')}$`, 'mu');
}
