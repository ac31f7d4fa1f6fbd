import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runPnpm } from './pnpm.ts';
import { type CommandOptions, mustRun, run } from './servers/command.ts';
import { freePort } from './servers/port.ts';
import { readPublicPackages, type WorkspacePackage, workspaceFolder } from './workspace.ts';

/** The oldest Node that the packages support: engines.node of each. */
const oldestNode = '22.15';

/** One public package as it would be published. */
interface PackedPackage extends WorkspacePackage {
  readonly tarball: string;
}

/** What publint and arethetypeswrong find wrong with the packed packages, or an empty text. */
export function checkShapes(): Promise<string> {
  return withPackedPackages(async (packages) => {
    const bin = join(workspaceFolder, 'packages/workspace-tests/node_modules/.bin');
    const faults: string[] = [];
    for (const { shortName, tarball } of packages) {
      const results = await Promise.all([
        run(join(bin, 'publint'), ['run', tarball, '--strict']),
        run(join(bin, 'attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']),
      ]);
      for (const { exitCode, stdout, stderr } of results) {
        if (exitCode !== 0) faults.push(`packages/${shortName}\n${stdout}${stderr}`);
      }
    }
    return faults.join('\n');
  });
}

/**
 * What goes wrong when the packed packages are installed by npm beside the oldest Node that they support:
 * each entry point is imported, their declarations are compiled, and a program records and is scraped.
 */
export function checkPackedPrograms(): Promise<string> {
  return withPackedPackages(async (packages, folder) => {
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), JSON.stringify(consumer(packages)));
    const options: CommandOptions = { cwd: project };
    await mustRun('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], options);
    const version = await mustRun('node_modules/.bin/node', ['--version'], options);
    if (!version.startsWith(`v${oldestNode}.`)) return `npm installed Node ${version}`;
    const specifiers = packages.flatMap(entryPoints);
    return (
      (await faultsOfCompilation(specifiers, project)) ||
      (await faultsOfProgram('import-packages.js', project, specifiers)) ||
      faultsOfProgram('record-and-scrape.js', project, [String(await freePort())])
    );
  });
}

function consumer(packages: readonly PackedPackage[]): object {
  const ours = packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`] as const);
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const dependencies = {
    ...Object.fromEntries(peers),
    ...Object.fromEntries(ours),
    node: `~${oldestNode}.0`,
    // the oldest, too
    '@types/node': `^${oldestNode}.0`,
  };
  return { private: true, type: 'module', dependencies };
}

/** The specifiers under which a package can be imported. */
function entryPoints({ manifest }: WorkspacePackage): string[] {
  return Object.keys(manifest.exports ?? {}).map((key) => `${manifest.name}${key.slice(1)}`);
}

/** Compiles the programs against the packed declarations, as a user's compiler does: without our export condition. */
async function faultsOfCompilation(specifiers: readonly string[], project: string): Promise<string> {
  await cp(join(import.meta.dirname, '../packed'), project, { recursive: true });
  const imports = specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';\n`);
  await writeFile(join(project, 'declarations.ts'), imports.join(''));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    types: ['node'],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const { exitCode, stdout } = await run('tsc', ['-p', project]);
  return exitCode === 0 ? '' : stdout;
}

async function faultsOfProgram(program: string, project: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run('node_modules/.bin/node', [program, ...args], {
    cwd: project,
    timeoutSeconds: 60,
  });
  return exitCode === 0 ? '' : `${program} ended with ${exitCode}\n${stdout}${stderr}`;
}

/** Builds and packs all public packages into a folder that is there until `use` has ended. */
async function withPackedPackages(
  use: (packages: readonly PackedPackage[], folder: string) => Promise<string>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-packed-'));
  try {
    const packages = readPublicPackages();
    const built = await run('tsc', ['-b', ...packages.map((each) => each.folder)]);
    if (built.exitCode !== 0) return built.stdout;
    const packed: PackedPackage[] = [];
    for (const each of packages) {
      const tarball = join(folder, `${each.shortName}.tgz`);
      const { exitCode, stdout, stderr } = await runPnpm(['pack', '--out', tarball], { cwd: each.folder });
      if (exitCode !== 0) return `pnpm pack of ${basename(each.folder)} ended with ${exitCode}\n${stdout}${stderr}`;
      packed.push({ ...each, tarball });
    }
    return await use(packed, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
