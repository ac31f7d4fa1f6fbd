import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test.each(['express', 'fastify'])('the existing %s server serves the metrics', async (framework) => {
  const main = fileURLToPath(new URL(`${framework}.ts`, import.meta.url));
  const bot = spawn(process.execPath, ['--conditions=@trademeter/source', main], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(bot.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect((await fetch(url.replace('/metrics', '/orders'), { method: 'POST' })).status).toBe(202);
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toMatch(/^trading_order_placed_total\{.*trading_symbol="AAPL".*\} 1$/m);
  } finally {
    bot.kill('SIGTERM');
    await once(bot, 'exit');
  }
});
