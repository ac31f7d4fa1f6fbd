import { expect, test } from 'vitest';
import type { WorkspacePackage } from '../workspace.ts';
import { bundleIndex, bundleManifest, instrumentationsIn } from './bundle.ts';

const packages: WorkspacePackage[] = [
  'instrumentation-auctions',
  'instrumentation-risk',
  'instrumentation-orders',
  'sdk',
].map((shortName) => ({ shortName, folder: '', manifest: { name: `@trademeter/${shortName}` } }));

test('the instrumentations are in the order of the conventions, and others after them', () => {
  expect(instrumentationsIn(packages).map(({ shortName }) => shortName)).toEqual([
    'instrumentation-orders',
    'instrumentation-risk',
    'instrumentation-auctions',
  ]);
});

test('the bundle depends on every instrumentation, and on no removed one', () => {
  const dependencies = { '@trademeter/sdk': 'workspace:^', '@trademeter/instrumentation-gone': 'workspace:^' };
  const manifest = bundleManifest({ name: 'trademeter', dependencies }, instrumentationsIn(packages));
  expect(Object.entries(manifest.dependencies ?? {})).toEqual([
    ['@trademeter/instrumentation-auctions', 'workspace:^'],
    ['@trademeter/instrumentation-orders', 'workspace:^'],
    ['@trademeter/instrumentation-risk', 'workspace:^'],
    ['@trademeter/sdk', 'workspace:^'],
  ]);
});

test('the bundle exports what its packages export, and a type of one name once', () => {
  const orders = "export { instrumentOrders, type Order } from './a.ts';\nexport type { Side } from './b.ts';";
  const portfolio = "export type { Side } from './c.ts';\nexport { instrumentPortfolio } from './d.ts';";
  expect(bundleIndex({ orders, portfolio })).toBe(
    [
      "// Written from the packages' index.ts by `pnpm generate`.",
      "export { instrumentOrders, type Order, type Side } from 'orders';",
      "export { instrumentPortfolio } from 'portfolio';",
      '',
    ].join('\n'),
  );
});

test('two values of one name, and exports without names, are refused', () => {
  const index = "export { instrument } from './a.ts';";
  expect(() => bundleIndex({ orders: index, risk: index })).toThrow('orders and risk both export instrument');
  expect(() => bundleIndex({ orders: "export * from './a.ts';" })).toThrow(
    'orders must name what it exports one by one',
  );
});
