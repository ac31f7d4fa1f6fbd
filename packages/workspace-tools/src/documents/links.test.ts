import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceFolder } from '../workspace.ts';
import { findDeadLinks } from './links.ts';

test('every link in the documents leads to a file and a heading that exist', () => {
  expect(findDeadLinks(workspaceFolder)).toEqual([]);
});

test('a link to a missing file or heading is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trademeter-links-'));
  try {
    writeFileSync(join(folder, 'other.md'), '# Two words\n\n## `code`, and [a link](two.md)\n');
    const links = ['other.md', 'other.md#two-words', 'other.md#code-and-a-link', 'none.md', 'other.md#three', '#none'];
    writeFileSync(
      join(folder, 'a.md'),
      `${links.map((link) => `[x](${link})`).join('\n')}\n\`\`\`\n[x](none)\n\`\`\`\n`,
    );
    expect(findDeadLinks(folder)).toEqual([
      'a.md: none.md leads to no file',
      'a.md: other.md#three leads to no heading',
      'a.md: #none leads to no heading',
      'other.md: two.md leads to no file',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
