import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderCatalogue } from './catalogue.ts';
import { renderDocuments } from './documents.ts';
import { formatFiles } from './format.ts';
import { type Model, ModelError, readModelFiles, resolveModel } from './model.ts';
import { problemsOf } from './rules.ts';
import { renderSources } from './sources.ts';
import { weaverProblems } from './weaver.ts';

const packagePath = 'packages/semantic-conventions';
const documentsPath = 'docs/semantic-conventions';
const cataloguePath = 'packages/view/src/panels/catalogue.js';

/** An outdated generated file; without a text it must be removed. */
export interface StaleFile {
  readonly path: string;
  readonly text?: string;
}

/**
 * Reads and checks the model of the workspace.
 *
 * @param weaverSchema path of Weaver's JSON schema, to check the files against it as well
 * @throws ModelError
 */
export function checkedModel(root: string, weaverSchema?: string): Model {
  const files = readModelFiles(join(root, packagePath, 'model'));
  const model = resolveModel(files);
  const { version } = JSON.parse(readFileSync(join(root, packagePath, 'package.json'), 'utf8')) as { version: string };
  const problems = [
    ...(model.version === version
      ? []
      : [`manifest.yaml: the version must be the package's ${version}, got ${model.version}`]),
    ...problemsOf(model),
    ...(weaverSchema === undefined ? [] : weaverProblems(files, weaverSchema)),
  ];
  if (problems.length > 0) throw new ModelError(problems);
  return model;
}

/** All generated files, by path below the root. */
export function generatedFiles(root: string, model: Model): Record<string, string> {
  const below = (folder: string, files: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
  return formatFiles(
    {
      ...below(`${packagePath}/src`, renderSources(model)),
      ...below(documentsPath, renderDocuments(model)),
      [cataloguePath]: renderCatalogue(model),
    },
    root,
  );
}

/** The files that differ from the generated ones, and those in generated folders that are no longer generated. */
export function staleFiles(root: string, files: Readonly<Record<string, string>>): StaleFile[] {
  const changed = Object.entries(files)
    .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
    .map(([path, text]) => ({ path, text }));
  const leftOver = globSync([`${packagePath}/src/metrics/*`, `${documentsPath}/*`], { cwd: root })
    .filter((path) => files[path] === undefined)
    .map((path) => ({ path }));
  return [...changed, ...leftOver].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

export function writeFiles(root: string, files: readonly StaleFile[]): void {
  for (const { path, text } of files) {
    if (text === undefined) {
      rmSync(join(root, path));
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
