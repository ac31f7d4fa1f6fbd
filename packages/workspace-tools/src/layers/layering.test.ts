import { describe, expect, test } from 'vitest';
import { findLayeringViolations } from './layering.ts';
import { writeWorkspace as writeFiles } from './written-workspace.ts';

test('the packages keep to the layers', () => {
  expect(findLayeringViolations()).toEqual([]);
});

describe('finds', () => {
  test.each<[violation: string, files: Readonly<Record<string, string>>]>([
    [
      'packages/instrumentation-orders/src/index.ts:2 must not import @trademeter/instrumentation-risk',
      { 'packages/instrumentation-orders/src/index.ts': "\nimport '@trademeter/instrumentation-risk';" },
    ],
    [
      'packages/instrumentation-orders/src/index.ts:1 must not import @trademeter/sdk',
      { 'packages/instrumentation-orders/src/index.ts': "import type { Telemetry } from '@trademeter/sdk';" },
    ],
    [
      'packages/instrumentation-orders/src/order.test.ts:1 must not import @trademeter/sdk',
      { 'packages/instrumentation-orders/src/order.test.ts': "import '@trademeter/sdk/register';" },
    ],
    [
      'packages/instrumentation-orders/src/index.ts:1 must not import @opentelemetry/sdk-metrics',
      { 'packages/instrumentation-orders/src/index.ts': "await import('@opentelemetry/sdk-metrics');" },
    ],
    [
      'packages/instrumentation-orders/src/index.ts:1 must not leave its package for ../../sdk/src/index.ts',
      { 'packages/instrumentation-orders/src/index.ts': "export { a } from '../../sdk/src/index.ts';" },
    ],
    [
      'packages/instrumentation-orders/package.json must not depend on @trademeter/sdk',
      { 'packages/instrumentation-orders/package.json': manifest('instrumentation-orders', ['@trademeter/sdk']) },
    ],
    [
      'packages/semantic-conventions/src/index.ts:1 must not import @opentelemetry/api',
      { 'packages/semantic-conventions/src/index.ts': "import '@opentelemetry/api';" },
    ],
    [
      'packages/exporter-prometheus/src/index.ts:1 must not import @trademeter/semantic-conventions',
      { 'packages/exporter-prometheus/src/index.ts': "import '@trademeter/semantic-conventions';" },
    ],
    [
      'packages/sdk/src/index.ts:1 must not import @trademeter/instrumentation-orders',
      { 'packages/sdk/src/index.ts': "import '@trademeter/instrumentation-orders';" },
    ],
    [
      'packages/sdk/src/index.ts:1 must not import @trademeter/paper-bot',
      { 'packages/sdk/src/index.ts': "import '@trademeter/paper-bot';" },
    ],
    [
      'packages/sdk/src/index.ts:1 imports @trademeter/instrumentation, which its package.json does not name',
      { 'packages/sdk/src/index.ts': "import '@trademeter/instrumentation';" },
    ],
    [
      'packages/sdk/src/index.ts:1 imports @opentelemetry/core, which its package.json does not name',
      { 'packages/sdk/src/index.ts': "import '@opentelemetry/core';" },
    ],
    ['packages/newcomer has no place in the layers', { 'packages/newcomer/package.json': manifest('newcomer') }],
    [
      'examples/paper-bot/src/main.ts:1 must not leave its package for ../../../packages/sdk/src/index.ts',
      { 'examples/paper-bot/src/main.ts': "import '../../../packages/sdk/src/index.ts';" },
    ],
  ])('%s', (violation, files) => {
    expect(findLayeringViolations(writeWorkspace(files))).toEqual([violation]);
  });
});

test('allows a test its tools, and a package its own name', () => {
  const workspace = writeWorkspace({
    'packages/sdk/package.json': manifest('sdk', ['@trademeter/instrumentation']),
    'packages/sdk/src/index.ts': "import '@trademeter/instrumentation';\nimport 'node:http';\nimport './a.ts';",
    'packages/sdk/src/index.test.ts': "import '@trademeter/sdk';\nimport 'vitest';\nimport '../src/index.ts';",
  });
  expect(findLayeringViolations(workspace)).toEqual([]);
});

/** A workspace that keeps to the layers, except for `files`. */
function writeWorkspace(files: Readonly<Record<string, string>>): string {
  const packages = [
    'exporter-prometheus',
    'instrumentation',
    'instrumentation-orders',
    'instrumentation-risk',
    'sdk',
    'semantic-conventions',
  ];
  const manifests = packages.map((name) => [`packages/${name}/package.json`, manifest(name)] as const);
  return writeFiles({
    ...Object.fromEntries(manifests),
    'examples/paper-bot/package.json': manifest('paper-bot'),
    ...files,
  });
}

function manifest(name: string, dependencies: readonly string[] = []): string {
  const versions = Object.fromEntries(dependencies.map((dependency) => [dependency, '*']));
  return JSON.stringify({ name: `@trademeter/${name}`, dependencies: versions });
}
