// `pnpm new:instrumentation DOMAIN`: writes the package of a new domain with everything that belongs to it.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allowedDomain, type DomainNames, domainNames } from './new-instrumentation/domain-names.ts';
import { packageFiles, trialPath } from './new-instrumentation/package-files.ts';
import { insert, insertions, sharedFiles } from './new-instrumentation/shared-files.ts';
import { mustRun } from './processes/command.ts';
import { runPnpm } from './processes/pnpm.ts';
import { progress } from './processes/progress.ts';
import { type Arguments, runProgram } from './program.ts';
import { type Manifest, workspaceFolder } from './workspace.ts';

const usage = `Usage: pnpm new:instrumentation DOMAIN

Writes the package @trademeter/instrumentation-DOMAIN with two example metrics, a counter and a histogram: their model,
their verbs, tests, a README, panels for the live page and the dashboards, and a changeset. It passes \`pnpm check\` as it
is. Then put your metrics in place of the examples.

DOMAIN is ${allowedDomain}.

  npx --yes pnpm@12 new:instrumentation funding
`;

await runProgram({ usage, allowPositionals: true, read, run: create });

/** Texts by paths below the workspace. */
interface Plan {
  readonly names: DomainNames;
  /** Files that are not there yet. */
  readonly added: Readonly<Record<string, string>>;
  /** Files that list the domain. */
  readonly changed: Readonly<Record<string, string>>;
}

function read({ positionals: [domain, ...others] }: Arguments): Plan {
  if (domain === undefined || others.length > 0) throw new Error('name one domain');
  const folder = `packages/instrumentation-${domain}`;
  // before its name is looked at: the conventions know the domains that exist
  if (existsSync(inWorkspace(folder))) throw new Error(`there is a package ${folder} already`);
  const names = domainNames(domain);
  const { version = '' } = JSON.parse(textOf('packages/semantic-conventions/package.json')) as Manifest;
  const inPackage = Object.entries(packageFiles(names, version));
  const added = Object.fromEntries([
    ...inPackage.map(([path, text]) => [`${folder}/${path}`, text] as const),
    ...Object.entries(sharedFiles(names)),
  ]);
  for (const path of [...Object.keys(added), `docs/semantic-conventions/${domain}.md`]) {
    if (existsSync(inWorkspace(path))) throw new Error(`there is a file ${path} already`);
  }
  const changed: Record<string, string> = {};
  for (const insertion of insertions(names)) {
    changed[insertion.path] = insert(changed[insertion.path] ?? textOf(insertion.path), insertion);
  }
  return { names, added, changed };
}

async function create({ names, added, changed }: Plan): Promise<number> {
  const before = Object.fromEntries(Object.keys(changed).map((path) => [path, textOf(path)]));
  const written = { ...added, ...changed };
  try {
    progress('writing');
    await writeAll(written);
    await format(Object.keys(written));
    progress('generating');
    await generate();
  } catch (error) {
    await writeAll(before);
    for (const path of Object.keys(added)) await rm(inWorkspace(path), { force: true });
    await rm(inWorkspace(`packages/instrumentation-${names.domain}`), { recursive: true, force: true });
    await generate();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\nNothing was written.\n`);
    return 1;
  }
  progress('pnpm install');
  const { exitCode, stdout, stderr } = await runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile'], {
    cwd: workspaceFolder,
  });
  if (exitCode !== 0) process.stderr.write(`${stdout}${stderr}\npnpm install failed. Run it again.\n`);
  process.stdout.write(summary(names, written));
  return exitCode === 0 ? 0 : 1;
}

function inWorkspace(path: string): string {
  return join(workspaceFolder, path);
}

function textOf(path: string): string {
  return readFileSync(inWorkspace(path), 'utf8');
}

async function writeAll(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(inWorkspace(path)), { recursive: true });
    await writeFile(inWorkspace(path), text);
  }
}

async function format(paths: readonly string[]): Promise<void> {
  const known = paths.filter(
    (path) => /\.(?:js|json|md|ts)$/u.test(path) && !/(?:^\.changeset|\/\.cache)\//u.test(path),
  );
  await mustRun(inWorkspace('node_modules/.bin/biome'), ['check', '--write', ...known], { cwd: workspaceFolder });
}

async function generate(): Promise<void> {
  await mustRun(process.execPath, [join(import.meta.dirname, 'generate.ts')], { cwd: workspaceFolder });
}

function summary({ domain, namespace }: DomainNames, written: Readonly<Record<string, string>>): string {
  const folder = `packages/instrumentation-${domain}`;
  const model = `packages/semantic-conventions/model/${domain}.yaml`;
  return `
Written, besides what \`pnpm generate\` makes of it:
${Object.keys(written)
  .map((path) => `  ${path}\n`)
  .join('')}
Next:
  1. Replace the two example metrics, trading.${namespace}.*, in
     ${model},
     and the panels that show them, in packages/view/src/panels/domains/${domain}.js. Then run \`pnpm generate\`.
     It reports names and units that break a rule of packages/semantic-conventions/generator/rules.ts.
     The introduction of their page is in packages/semantic-conventions/generator/domains.ts.
  2. Record them behind verbs in ${folder}/src/instrument-${domain}.ts. Test each, and record
     all of them in contract.test.ts. To run the tests in a loop:
     pnpm exec vitest --project unit ${folder}
     After you export another type, run \`pnpm generate\` again.
  3. Look at them. Record them in ${folder}/${trialPath}, which git and the checks ignore, and run it:
     node_modules/.bin/node --conditions=@trademeter/source ${folder}/${trialPath}
     The live page is at http://localhost:9464/. Your panels are under Everything, in the section of your domain,
     which is closed at first.
  4. Describe them in ${folder}/README.md, its package.json and .changeset/${domain}-metrics.md.
  5. pnpm check types lint format unused generated contract, and pnpm test.
`;
}
