import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { mustRun, run } from '../../src/processes/command.ts';
import { workspaceFolder } from '../../src/workspace.ts';

const command = join(workspaceFolder, 'packages/workspace-tools/src/install-into.ts');

test('a bot installs the packages that it names from a clone, with what they depend on', async () => {
  const folder = join(inject('consumersFolder'), 'from-a-clone');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  await mustRun(process.execPath, [command, folder, 'sdk', '@trademeter/instrumentation-orders']);
  const installed = await readdir(join(folder, 'node_modules/@trademeter'));
  expect(installed).toEqual(expect.arrayContaining(['instrumentation-orders', 'metric-store', 'sdk']));
  expect(installed).not.toContain('instrumentation-risk');
  expect(await readdir(join(folder, 'vendor/trademeter'))).toHaveLength(installed.length);

  const bot = `
    import { instrumentOrders } from '@trademeter/instrumentation-orders';
    import { startTelemetry } from '@trademeter/sdk';
    const telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', port: 0 }] });
    instrumentOrders({ venue: 'binance' }).place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 });
    console.log(await (await fetch(telemetry.endpoints[0].url)).text());
    await telemetry.shutdown();`;
  const printed = await mustRun(process.execPath, ['--input-type=module', '--eval', bot], { cwd: folder });
  expect(printed).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
});

test('a folder without a package.json and a package that does not exist are refused', async () => {
  const folder = join(inject('consumersFolder'), 'empty');
  await mkdir(folder);
  const empty = await run(process.execPath, [command, folder]);
  expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${folder} has no package.json`) });
  await writeFile(join(folder, 'package.json'), '{}');
  const unknown = await run(process.execPath, [command, folder, 'sdl']);
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no package "sdl"') });
});
