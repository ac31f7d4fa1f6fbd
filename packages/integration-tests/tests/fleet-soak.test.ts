import { fileURLToPath } from 'node:url';
import { run } from '@trademeter/workspace-tools';
import { expect, test } from 'vitest';

test('the soak runs, and metrics above their limits are still counted', async () => {
  const soak = fileURLToPath(new URL('../soak/soak.ts', import.meta.url));
  const args = [
    '--conditions=@trademeter/source',
    soak,
    '--seconds',
    '6',
    '--report',
    '2',
    '--scrape',
    '1',
    // the limit of a push, too: deltas that exceed it are lost
    '--push',
    '3',
  ];
  const { exitCode, stdout, stderr } = await run(process.execPath, args);
  expect({ exitCode, stdout }, stdout + stderr).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/(\d+) orders placed, \1 of them pushed as deltas, \1 in series of the last scrape/u),
  });
  expect(stderr).toContain('trading.order.slippage has reached its cardinality limit of 1000 series');
});
