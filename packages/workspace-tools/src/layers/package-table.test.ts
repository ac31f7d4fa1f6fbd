import { expect, test } from 'vitest';
import type { Manifest, WorkspacePackage } from '../workspace.ts';
import { packageList, packageTable } from './package-table.ts';

function workspacePackage(
  shortName: string,
  imports: readonly string[],
  more: Partial<Manifest> = {},
): WorkspacePackage {
  const dependencies = Object.fromEntries(imports.map((name) => [`@trademeter/${name}`, '^1.0.0']));
  return { shortName, folder: '', manifest: { name: `@trademeter/${shortName}`, dependencies, ...more } };
}

test('a package comes after all that it imports, and domains without other dependencies share a row', () => {
  const packages = [
    workspacePackage('bundle', ['instrumentation-orders', 'instrumentation-risk'], { description: 'All of it' }),
    workspacePackage('instrumentation', ['model'], { description: 'Typed instruments' }),
    workspacePackage('instrumentation-orders', ['instrumentation']),
    workspacePackage('instrumentation-runtime', ['instrumentation'], {
      dependencies: { '@trademeter/instrumentation': '^1.0.0', yaml: '^2.0.0' },
    }),
    workspacePackage('instrumentation-risk', ['instrumentation', 'model']),
    workspacePackage('model', [], { description: 'Definitions' }),
    workspacePackage('tools', ['model'], { private: true }),
  ];
  expect(packageTable(packages)).toMatchInlineSnapshot(`
    "| package                   | what it is                                                               | imports                    | dependencies of others |
    | ------------------------- | ------------------------------------------------------------------------ | -------------------------- | ---------------------- |
    | \`model\`                   | Definitions                                                              |                            |                        |
    | \`instrumentation\`         | Typed instruments                                                        | \`model\`                    |                        |
    | \`instrumentation-*\`       | OpenTelemetry metrics for one domain of a trading bot each: orders, risk | \`instrumentation\`, \`model\` |                        |
    | \`instrumentation-runtime\` |                                                                          | \`instrumentation\`          | \`yaml\`                 |
    | \`bundle\`                  | All of it                                                                | \`instrumentation-*\`        |                        |
    "
  `);
});

test('a package is listed before what it imports, and private ones are omitted', () => {
  const packages = [
    workspacePackage('model', [], { description: 'Definitions' }),
    workspacePackage('bundle', ['orders'], { description: 'All of it' }),
    workspacePackage('orders', ['model'], { description: 'Orders' }),
    workspacePackage('tools', ['model'], { private: true }),
  ];
  expect(packageList(packages)).toBe(
    '- [`bundle`](packages/bundle): All of it\n- [`orders`](packages/orders): Orders\n- [`model`](packages/model): Definitions\n',
  );
});
