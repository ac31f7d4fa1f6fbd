import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readPublicPackages } from '../workspace.ts';
import { bundle, entrySources } from './build-packages.ts';

test('every entry point of a package has a source', () => {
  const sdk = readPublicPackages().find(({ shortName }) => shortName === 'sdk');
  expect(sdk && entrySources(sdk)).toEqual(['src/index.ts', 'src/register-require.cts', 'src/register.ts']);
  const trademeter = readPublicPackages().find(({ shortName }) => shortName === 'trademeter');
  expect(trademeter && entrySources(trademeter)).toEqual(['src/index.ts', 'src/register.ts', 'src/main.ts']);
});

test('entry points share their modules, and what an earlier build wrote is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const exports = {
    '.': { '@trademeter/source': './src/index.ts', default: './dist/index.js' },
    './other': { '@trademeter/source': './src/other/index.ts', default: './dist/other/index.js' },
  };
  const files = {
    'package.json': JSON.stringify({ type: 'module' }),
    'src/count.ts': 'export const counts = { imports: 0 };',
    'src/index.ts': "import { counts } from './count.ts';\nexport const add = (): number => (counts.imports += 1);",
    'src/other/index.ts': "import { counts } from '../count.ts';\nexport const read = (): number => counts.imports;",
    'dist/chunks/old.js': '',
    'dist/index.d.ts': '',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await bundle({ shortName: 'example', folder, manifest: { name: 'example', exports } });
  const load = (name: string): Promise<Record<string, () => number>> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, 'dist', name)).href) as Promise<Record<string, () => number>>;
  const [index, other] = [await load('index.js'), await load('other/index.js')];
  index['add']?.();
  expect(other['read']?.()).toBe(1);
  const written = (await readdir(join(folder, 'dist'), { recursive: true })).filter((name) => name.endsWith('s'));
  expect(written.filter((name) => name.startsWith('chunks/'))).toHaveLength(1);
  expect(written).toEqual(expect.arrayContaining(['index.d.ts', 'index.js', 'other/index.js']));
  expect(written).not.toContain('chunks/old.js');
});

test('no public class is renamed, so that stack traces show the documented names', async () => {
  const root = await mkdtemp(join(tmpdir(), 'trademeter-bundle-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const classes: string[] = [];
  const renamed: string[] = [];
  for (const each of readPublicPackages()) {
    const folder = join(root, each.shortName);
    await cp(join(each.folder, 'src'), join(folder, 'src'), { recursive: true });
    await bundle({ ...each, folder });
    const entries = await Promise.all(entrySources(each).map((source) => readFile(join(each.folder, source), 'utf8')));
    for (const name of await readdir(join(folder, 'dist'), { recursive: true })) {
      if (!/\.c?js$/u.test(name)) continue;
      const text = await readFile(join(folder, 'dist', name), 'utf8');
      for (const [, variable = '', own] of text.matchAll(/^var (\w+) = class (\w+)?/gmu)) {
        if (!entries.some((entry) => new RegExp(`\\b${variable}\\b`, 'u').test(entry))) continue;
        classes.push(variable);
        if (own?.startsWith('_')) renamed.push(own);
      }
    }
  }
  expect(classes).toEqual(expect.arrayContaining(['ConfigurationError', 'Order']));
  expect(renamed).toEqual([]);
});
