import { beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, npmInstall, prepareConsumer } from '../../src/packed/consumer.ts';
import { entryPoints, readPublicPackages } from '../../src/workspace.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
  const names = readPublicPackages().map(({ manifest }) => manifest.name);
  await npmInstall(consumer.folder, [...names, '@opentelemetry/api@1.10', '@opentelemetry/sdk-metrics@3.1']);
});

const specifiers = readPublicPackages().flatMap(entryPoints);

const anyPort = { OTEL_EXPORTER_PROMETHEUS_PORT: '0' };

describe.each([
  { name: 'the oldest Node that is supported', node: () => consumer.node('node-oldest') },
  { name: 'Node 22', node: () => consumer.node('node-22') },
  { name: 'Node 24', node: () => process.execPath },
  { name: 'the newest Node', node: () => consumer.node('node-newest') },
])('$name', ({ node }) => {
  test('imports and requires every entry point of every package', async () => {
    const { exitCode, stderr } = await consumer.run(node(), ['import-packages.js', ...specifiers]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test.each(['bot.js', 'bot.cjs'])('records and is scraped in %s', async (program) => {
    await using bot = await consumer.startBot(node(), [program], anyPort);
    expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
  });

  test('starts the telemetry of a CommonJS bot with --import', async () => {
    const env = { ...anyPort, OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' };
    await using bot = await consumer.startBot(node(), ['--import', '@trademeter/sdk/register', 'registered.cjs'], env);
    expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
  });
});

test('a bot that is scraped starts with few files of ours, and of OpenTelemetry with the API alone', async () => {
  const { stdout } = await consumer.run(process.execPath, ['loaded-modules.js'], { env: anyPort });
  const packages = (JSON.parse(stdout) as string[]).map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1]);
  const isOurs = (name: string | undefined): boolean => name?.startsWith('@trademeter/') === true;
  expect(packages.filter(isOurs).length).toBeGreaterThan(8);
  // Each costs a fifth of a millisecond: one or two for each package, with a few chunks.
  expect(packages.filter(isOurs).length).toBeLessThanOrEqual(20);
  expect([...new Set(packages.filter((name) => !isOurs(name)))]).toEqual(['@opentelemetry/api']);
});

test('--require of the register module says to use --import, and the bot runs', async () => {
  const args = ['--require', '@trademeter/sdk/register', 'quiet.cjs'];
  const { exitCode, stdout, stderr } = await consumer.run(process.execPath, args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'the bot runs\n' });
  expect(stderr).toMatch(/^.*--import @trademeter\/sdk\/register.*\n$/u);
});

describe('Node 20, which is too old', () => {
  test('startTelemetry is refused in one line', async () => {
    const { exitCode, stdout } = await consumer.run(consumer.node('node-20'), ['refused.js']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^ConfigurationError .*22\.15.*\n$/u),
    });
  });

  test('--import of the register module is refused in one line, and the bot runs', async () => {
    const args = ['--import', '@trademeter/sdk/register', 'quiet.cjs'];
    const { exitCode, stdout, stderr } = await consumer.run(consumer.node('node-20'), args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'the bot runs\n' });
    expect(stderr).toMatch(/^.*22\.15.*The bot runs without telemetry\.\n$/u);
  });
});
