import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readPackages, type WorkspacePackage } from '../workspace.ts';
import { importsOf, packageName } from './imports.ts';

/**
 * What a package may import: packages of ours by their short name, others also as a prefix pattern such as
 * `@opentelemetry/*`.
 */
interface Layer {
  /** Allowed in what it publishes. */
  readonly ours: readonly string[];
  readonly others: readonly string[];
  /** Also allowed in its tests and generators, where packages that are not ours need no entry. */
  readonly oursInTests?: readonly string[];
  /** Also allowed in the program in its README. */
  readonly oursInReadme?: readonly string[];
}

const openTelemetryApi = ['@opentelemetry/api'];

/** The arrows between the packages; docs/architecture.md draws them. */
const layers: Readonly<Record<string, Layer>> = {
  // its generated documents show the translated names
  'semantic-conventions': { ours: [], others: [], oursInTests: ['exporter-prometheus', 'prometheus-naming'] },
  'prometheus-naming': { ours: [], others: [] },
  config: { ours: [], others: openTelemetryApi },
  // its tests bind on a provider that can; its README shows a scrape of an SDK that is not ours
  instrumentation: {
    ours: ['config', 'semantic-conventions'],
    others: openTelemetryApi,
    oursInTests: ['metric-store'],
    oursInReadme: ['exporter-prometheus'],
  },
  'instrumentation-runtime': domain(['@opentelemetry/instrumentation', '@opentelemetry/instrumentation-*']),
  // text only, no HTTP
  exposition: {
    ours: ['prometheus-naming', 'metric-store'],
    others: ['@opentelemetry/api', '@opentelemetry/core', '@opentelemetry/sdk-metrics'],
  },
  'exporter-prometheus': {
    ours: ['config', 'prometheus-naming', 'exposition', 'metric-store'],
    others: ['@opentelemetry/*', '@node-rs/bcrypt', 'yaml'],
  },
  'exporter-otlp': { ours: ['config', 'metric-store'], others: ['@opentelemetry/*', '@grpc/grpc-js'] },
  // the types of readers and views are upstream's
  'metric-store': {
    ours: ['config'],
    others: ['@opentelemetry/api', '@opentelemetry/core', '@opentelemetry/resources', '@opentelemetry/sdk-metrics'],
  },
  sdk: {
    // the runtime instrumentation if it is installed, for bots without instrumentations of their own
    ours: [
      'config',
      'semantic-conventions',
      'instrumentation',
      'exporter-prometheus',
      'exporter-otlp',
      'metric-store',
      'instrumentation-runtime',
      'view',
    ],
    // installed for gRPC
    others: ['@opentelemetry/*', '@grpc/grpc-js'],
  },
  testing: {
    ours: ['config', 'semantic-conventions', 'instrumentation'],
    others: ['@opentelemetry/*', 'fast-check'],
  },
  // its server checks options; browser code has no imports
  view: {
    ours: ['config'],
    others: openTelemetryApi,
    oursInTests: ['semantic-conventions', 'exporter-prometheus', 'prometheus-naming'],
  },
  alerts: { ours: ['config', 'semantic-conventions', 'prometheus-naming'], others: ['yaml', ...openTelemetryApi] },
  // it publishes JSON; its generator reads the panels
  dashboards: { ours: [], others: [], oursInTests: ['view'] },
  cli: {
    ours: [
      'config',
      'semantic-conventions',
      'prometheus-naming',
      'instrumentation-runtime',
      'alerts',
      'dashboards',
      'view',
    ],
    others: ['@lezer/*', '@prometheus-io/lezer-promql', 'commander', 'yaml', ...openTelemetryApi],
  },
  trademeter: {
    ours: ['sdk', 'instrumentation-*', 'cli', 'view'],
    others: openTelemetryApi,
  },
};

function layerOf({ shortName }: WorkspacePackage): Layer | undefined {
  return layers[shortName] ?? (shortName.startsWith('instrumentation-') ? domain() : undefined);
}

/** An instrumentation of one domain: it knows no other domain and no SDK, so it works with any. */
function domain(others: readonly string[] = []): Layer {
  return {
    ours: ['semantic-conventions', 'instrumentation'],
    others: [...openTelemetryApi, ...others],
    oursInReadme: ['sdk'],
  };
}

/** Packages that tests in every layer may use. */
const testPackages = ['testing', 'test-support'];

/** Returns every place where a package of the workspace imports one that it must not, one sentence each. */
export function findLayeringViolations(workspace?: string): string[] {
  const packages = readPackages('packages', workspace);
  const byName = new Map(packages.map((each) => [each.manifest.name, each]));
  return [
    ...packages
      .filter(({ manifest }) => manifest.private !== true)
      .flatMap((each) => {
        const layer = layerOf(each);
        if (!layer) return [`packages/${each.shortName} has no place in the layers`];
        return [...manifestViolations(each, layer, byName), ...sourceViolations(each, layer, byName)];
      }),
    ...readPackages('examples', workspace).flatMap((each) => exampleViolations(each, byName)),
  ];
}

type PackagesByName = ReadonlyMap<string, WorkspacePackage>;

function manifestViolations({ shortName, manifest }: WorkspacePackage, layer: Layer, byName: PackagesByName): string[] {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
  const published = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  return [
    ...published.filter((name) => !mayName(layer, name, byName, 'published')),
    ...Object.keys(devDependencies ?? {}).filter((name) => !mayName(layer, name, byName, 'readme')),
  ].map((name) => `packages/${shortName}/package.json must not depend on ${name}`);
}

function sourceViolations(each: WorkspacePackage, layer: Layer, byName: PackagesByName): string[] {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies, name: ownName } = each.manifest;
  const published = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  return sourceFiles(each).flatMap((file) => {
    const use = isPublished(file) ? 'published' : 'tests';
    const declared = use === 'published' ? published : { ...published, ...devDependencies };
    return importsOf(join(each.folder, file)).flatMap(({ specifier, line }) => {
      const place = `packages/${each.shortName}/${file}:${line}`;
      if (isRelative(specifier)) {
        return staysInside(each, file, specifier) ? [] : [`${place} must not leave its package for ${specifier}`];
      }
      const name = packageName(specifier);
      if (name === undefined || name === ownName) return [];
      if (!mayName(layer, name, byName, use)) return [`${place} must not import ${name}`];
      const ours = byName.has(name);
      // vitest and fast-check of the root are for every test
      const undeclared = !(name in declared) && (use === 'published' || ours);
      return undeclared ? [`${place} imports ${name}, which its package.json does not name`] : [];
    });
  });
}

/** Examples may import packages; nothing may import an example. */
function exampleViolations(each: WorkspacePackage, byName: PackagesByName): string[] {
  return sourceFiles(each).flatMap((file) =>
    importsOf(join(each.folder, file)).flatMap(({ specifier, line }) => {
      const place = `examples/${each.shortName}/${file}:${line}`;
      if (isRelative(specifier) && !staysInside(each, file, specifier)) {
        return [`${place} must not leave its package for ${specifier}`];
      }
      const target = byName.get(packageName(specifier) ?? '');
      // its tests, and what they share, may use the helpers of our own tests
      if (target?.shortName === 'test-support') return [];
      return target?.manifest.private === true ? [`${place} must not import ${target.manifest.name}`] : [];
    }),
  );
}

/** Where a package imports another; later ones may import what earlier ones may. */
type Use = 'published' | 'tests' | 'readme';

function mayName(layer: Layer, name: string, byName: PackagesByName, use: Use): boolean {
  const target = byName.get(name);
  if (target) {
    const { shortName } = target;
    if (layer.ours.some((ours) => matches(ours, shortName))) return true;
    if (use === 'published') return false;
    if (testPackages.includes(shortName) || layer.oursInTests?.includes(shortName) === true) return true;
    return use === 'readme' && layer.oursInReadme?.includes(shortName) === true;
  }
  // an example, or a package of ours that does not exist
  if (name.startsWith('@trademeter/')) return false;
  return use !== 'published' || layer.others.some((other) => matches(other, name));
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function sourceFiles({ folder }: WorkspacePackage): string[] {
  const exclude = (path: string) => /(?:^|\/)(?:node_modules|dist|\.cache)$/u.test(path);
  return globSync('**/*.{ts,mts,cts,js,mjs,cjs}', { cwd: folder, exclude }).toSorted();
}

/** Packages publish their src without tests. */
function isPublished(file: string): boolean {
  return file.startsWith('src/') && !/\.test\.[^/]+$/u.test(file);
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//u.test(specifier) || specifier.startsWith('file:');
}

function staysInside({ folder }: WorkspacePackage, file: string, specifier: string): boolean {
  const path = relative(folder, join(dirname(join(folder, file)), specifier));
  return !specifier.startsWith('/') && !specifier.startsWith('file:') && !path.startsWith('..');
}
