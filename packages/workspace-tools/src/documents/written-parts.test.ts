import { expect, test } from 'vitest';
import { SourceError } from '../generated-files.ts';
import { withWrittenParts } from './written-parts.ts';

const start = (source: string): string => `<!-- Written from ${source} by \`pnpm generate\`. -->`;
const end = '<!-- End of what is written. -->';

test('each part is replaced, and the text around the parts stays', () => {
  const document = (first: string, second: string): string =>
    `# A\n${start('a')}\n${first}${end}\n\nText\n\n${start('b, c in d.ts')}\n${second}${end}\nEnd\n`;
  const written = withWrittenParts('A.md', document('old\n', ''), (source) => `from ${source}\n`);
  expect(written).toBe(document('\nfrom a\n\n', '\nfrom b, c in d.ts\n\n'));
  expect(withWrittenParts('A.md', written, (source) => `from ${source}\n`)).toBe(written);
});

test('a part that another command writes stays', () => {
  const document = `<!-- Written from a run by \`pnpm bench --write\`. -->\n\nfrom a run\n\n${end}\n`;
  expect(withWrittenParts('A.md', document, () => 'generated')).toBe(document);
  expect(withWrittenParts('A.md', document, () => 'another run', 'pnpm bench --write')).toContain(
    '\n\nanother run\n\n',
  );
});

test.each([
  ['has no end', `${start('a')}\ntext\n`],
  ['has no start', `text\n${end}\n`],
  ['begins in another one', `${start('a')}\n${start('b')}\n${end}\n`],
  ['has a misspelt start', `<!-- Written from a by hand. -->\n${end}\n`],
])('a part that %s is an error that names the document', (_, document) => {
  const write = (): string => 'text';
  expect(() => withWrittenParts('docs/a.md', document, write)).toThrow(SourceError);
  expect(() => withWrittenParts('docs/a.md', document, write)).toThrow(/^docs\/a\.md: /u);
});
