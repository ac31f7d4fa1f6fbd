import { globSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataFolder, workspaceFolder } from '@trademeter/workspace-tools';
import { expect, test } from 'vitest';
import { validateCollectorConfig } from '../servers/collector.ts';
import { checkConfig, prometheusGenerations } from '../servers/prometheus.ts';

const folder = join(workspaceFolder, 'examples/monitoring');
const collectorFiles = globSync('collector/*.yaml', { cwd: folder });

test('there are configurations of the Collector', () => {
  expect(collectorFiles.length).toBeGreaterThan(0);
});

test.each(collectorFiles)('the Collector accepts %s', async (file) => {
  const queue = await makeDataFolder('queue');
  const { exitCode, stdout, stderr } = await validateCollectorConfig(join(folder, file), { AGENT_QUEUE: queue });
  expect(stdout + stderr).not.toMatch(/deprecated/u);
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
});

test.each(prometheusGenerations)(
  'promtool %i accepts prometheus.yml and the bots that it lists',
  async (generation) => {
    const result = await checkConfig(join(folder, 'prometheus/prometheus.yml'), generation);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('SUCCESS') });
  },
);
