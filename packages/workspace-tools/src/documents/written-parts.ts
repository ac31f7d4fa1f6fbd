import { SourceError } from '../generated-files.ts';

const part =
  /^<!-- Written from (?<source>[^`]+) by `(?<command>pnpm [^`]+)`\. -->\n(?<text>.*?)^<!-- End of what is written\. -->$/gmsu;

/**
 * The document with each part between `<!-- Written from SOURCE by … -->` and `<!-- End of what is written. -->` written
 * again, if the command is the one that writes it.
 *
 * @param write returns the Markdown for a source
 * @throws {SourceError} for a mark that begins or ends no part
 */
export function withWrittenParts(
  path: string,
  document: string,
  write: (source: string) => string,
  command = 'pnpm generate',
): string {
  const marks = [...document.matchAll(/^<!-- (?:Written from|End of what is written)/gmu)];
  const parts = [...document.matchAll(part)];
  if (marks.length !== 2 * parts.length) {
    const end = '<!-- End of what is written. -->';
    throw new SourceError(`${path}: each <!-- Written from … by \`pnpm …\`. --> needs its own ${end}`);
  }
  return document.replaceAll(part, (whole, source: string, writer: string) => {
    if (writer !== command) return whole;
    const text = write(source.replaceAll(/\s+/gu, ' '));
    return `<!-- Written from ${source} by \`${command}\`. -->\n\n${text.trim()}\n\n<!-- End of what is written. -->`;
  });
}
