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

test('the bundle exports what its packages export, and shared types once', () => {
  const timing = "export type { Timing } from '@trademeter/instrumentation';\n";
  const orders = `${timing}export { instrumentOrders, type Order } from './a.ts';\nexport type { PositionSide } from './b.ts';`;
  const portfolio = `${timing}export type { PositionSide } from './c.ts';\nexport { instrumentPortfolio } from './d.ts';`;
  expect(bundleIndex({ orders, portfolio })).toBe(
    [
      "// Written from the packages' index.ts by `pnpm generate`.",
      "export { type Timing, instrumentOrders, type Order, type PositionSide } from 'orders';",
      "export { instrumentPortfolio } from 'portfolio';",
      '',
    ].join('\n'),
  );
});

test('two exports of one name, and exports without names, are refused', () => {
  const index = "export type { PrometheusOptions } from './a.ts';";
  expect(() => bundleIndex({ prometheus: index, sdk: index })).toThrow(
    'prometheus and sdk both export PrometheusOptions',
  );
  expect(() => bundleIndex({ orders: "export * from './a.ts';" })).toThrow(
    'orders must name what it exports one by one',
  );
});
