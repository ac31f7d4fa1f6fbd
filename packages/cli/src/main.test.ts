import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dashboards } from '@trademeter/dashboards';
import { startBot } from '@trademeter/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Report } from './doctor/finding.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, 'main.ts');

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs the command in its own process, as a user does. */
async function trademeter(...args: readonly string[]): Promise<Result> {
  try {
    return { ...(await run(process.execPath, ['--conditions=@trademeter/source', main, ...args])), code: 0 };
  } catch (error) {
    return error as Result;
  }
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trademeter-cli-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  test('lists its commands', async () => {
    const { stdout, code } = await trademeter('--help');
    expect(code).toBe(0);
    for (const name of ['view', 'doctor', 'dashboards', 'rules', 'stack', 'migrate'])
      expect(stdout).toContain(`\n  ${name} `);
  });

  test.each([
    [['doctr'], 2, "trademeter: unknown command 'doctr'\n(Did you mean doctor?)\n"],
    [['doctor'], 2, "trademeter: missing required argument 'url'\n"],
    [['doctor', '--jsn', '9464'], 2, "trademeter: unknown option '--jsn'\n(Did you mean --json?)\n"],
    [
      ['doctor', 'ftp://bot'],
      1,
      'trademeter: the URL must be such as http://localhost:9464/metrics, got "ftp://bot"\n',
    ],
    [
      ['doctor', '9464', '--bearer-token-file', 'nowhere'],
      1,
      'trademeter: nowhere: no such file or directory (ENOENT)\n',
    ],
    [
      ['doctor', '9464', '--user', 'desk'],
      1,
      'trademeter: --user must be name:password, or a name with --password-file\n',
    ],
    [['rules'], 2, "trademeter: required option '-o, --out <dir>' not specified\n"],
    [['migrate', 'nowhere.yaml'], 1, 'trademeter: nowhere.yaml: no such file or directory (ENOENT)\n'],
    [
      ['migrate', 'x.yaml', '--interval', 'soon'],
      2,
      "trademeter: option '--interval <time>' argument 'soon' is invalid. It must be a duration such as 15s.\n",
    ],
  ])('answers %j with one line and an exit status', async (args, code, stderr) => {
    expect(await trademeter(...args)).toMatchObject({ code, stderr });
  });
});

describe('view', () => {
  test('serves the page of a bot that requires credentials, until it is stopped', async () => {
    await using bot = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer s3cret') answer(healthy)(request, response);
      else response.writeHead(401).end();
    });
    const token = join(folder, 'view-token');
    await writeFile(token, 's3cret\n');
    const args = ['view', bot.url, '--port', '0', '--bearer-token-file', token];
    await using command = startBot({ program: main, args });
    const url = await command.prints(/^\S+(?=\n)/u);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/u);
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    expect(await (await fetch(`${url}targets/0/metrics`)).text()).toBe(healthy);
    command.kill('SIGINT');
    expect(await command.ended).toEqual({ code: null, signal: 'SIGINT' });
  });

  test.each([
    [['--port', '70000'], 'It must be an integer from 0 to 65535.'],
    [['--interval', '0'], 'It must be a number of seconds from 0.25 to 3600.'],
    [['--bearer-token', 'a b'], 'trademeter: [trademeter/view] targets[0].bearerToken must be printable ASCII'],
  ])('refuses %j', async (args, message) => {
    const result = await trademeter('view', '9464', ...args);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('rules', () => {
  test('writes the rule files with changed thresholds, and prints their paths', async () => {
    const out = join(folder, 'rules');
    const { stdout, code } = await trademeter('rules', '--out', out, '--set', 'drawdown=0.0123');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      (await readdir(out))
        .map((file) => join(out, file))
        .toSorted()
        .toReversed(),
    );
    expect(await readFile(join(out, 'trading-alerts.yml'), 'utf8')).toContain('0.0123');
  });

  test('names a wrong threshold', async () => {
    expect(await trademeter('rules', '--out', folder, '--set', 'drawdown=2')).toMatchObject({
      code: 2,
      stderr: 'trademeter: [trademeter/alerts] drawdown must be a number from 0.0001 to 1, got 2\n',
    });
  });
});

describe('dashboards', () => {
  test.each(['classic', 'v2'])('writes every dashboard in the schema %s', async (schema) => {
    const out = join(folder, schema);
    expect(await trademeter('dashboards', '--out', out, '--schema', schema)).toMatchObject({ code: 0 });
    const files = await readdir(out);
    expect(files.toSorted()).toEqual(dashboards.map(({ id }) => `${id}.json`).toSorted());
    for (const file of files) {
      const dashboard = JSON.parse(await readFile(join(out, file), 'utf8')) as Record<string, unknown>;
      expect(dashboard).toHaveProperty(schema === 'classic' ? 'uid' : 'spec');
    }
  });
});

describe('stack', () => {
  const read = (out: string, path: string) => readFile(join(out, path), 'utf8');

  test('writes a folder that needs no other file, and gives Grafana no password', async () => {
    const out = join(folder, 'stack');
    expect(await trademeter('stack', '--out', out, '--set', 'drawdown=0.0123')).toMatchObject({ code: 0 });
    const compose = parse(await read(out, 'compose.yaml')) as Record<'services' | 'secrets', Record<string, object>>;
    expect(Object.keys(compose.services)).toEqual(['prometheus', 'alertmanager', 'grafana', 'collector', 'demo-bot']);
    expect(Object.keys(compose.secrets)).toEqual(['grafana-admin-password']);
    for (const { ports } of Object.values(compose.services) as { readonly ports: readonly string[] }[]) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/u);
    }
    expect(await read(out, 'prometheus/rules/trading-alerts.yml')).toContain('0.0123');
    expect(await read(out, 'kubernetes/prometheus-rule.yaml')).toContain('0.0123');
    expect((await stat(join(out, 'start.sh'))).mode & 0o111).toBe(0o111);
  });

  test('requires the secrets of the chosen channels only', async () => {
    const out = join(folder, 'notified');
    await trademeter('stack', '--out', out, '--notify', 'telegram,slack', '--no-demo-bot');
    const { services, secrets } = parse(await read(out, 'compose.yaml')) as Record<string, Record<string, unknown>>;
    expect(services).not.toHaveProperty('demo-bot');
    expect(Object.keys(secrets ?? {})).toEqual([
      'grafana-admin-password',
      'slack-webhook-url',
      'telegram-bot-token',
      'telegram-chat-id',
    ]);
    const start = await run('sh', [join(out, 'start.sh')]).catch((error: unknown) => error as Result);
    expect(start).toMatchObject({ code: 1, stderr: expect.stringContaining('secrets/telegram-bot-token is missing') });
    expect(await read(out, 'secrets/grafana-admin-password')).toMatch(/^\w{20,}$/u);
  });

  test('overwrites nothing, unless --force is set', async () => {
    const out = join(folder, 'occupied');
    await trademeter('stack', '--out', out);
    expect(await trademeter('stack', '--out', out)).toMatchObject({
      code: 1,
      stderr: `trademeter: ${out} is not empty: choose another folder, or overwrite it with --force\n`,
    });
    expect(await trademeter('stack', '--out', out, '--force')).toMatchObject({ code: 0 });
  });

  test.each([
    [['--notify', 'pager'], 2, 'It must be a list of telegram, discord, slack, email.'],
    [['--clone', '/'], 2, '--clone must be a clone of the trademeter repository, got "/"'],
    [['--set', 'drawdwn=1'], 2, 'there is no option drawdwn (did you mean drawdown?)'],
  ])('refuses %j', async (args, code, message) => {
    const result = await trademeter('stack', '--out', join(folder, 'refused'), ...args);
    expect(result).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});

describe('migrate', () => {
  const mapping = ['system: my-bot', 'rules:', '  - record: my_orders_total', '    from: trading_order_closed_total'];

  test('writes rules to the standard output', async () => {
    const file = join(folder, 'my-bot.yaml');
    await writeFile(file, mapping.join('\n'));
    const { stdout, stderr } = await trademeter('migrate', file, '--interval', '1m');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^# Generated from my-bot\.yaml .*\n\ngroups:\n {2}- name: my-bot\n {4}interval: 1m\n/u);
  });

  test('names the line of a wrong entry', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, [...mapping, '    labels: { side: trading_order_sid }'].join('\n'));
    const { code, stderr } = await trademeter('migrate', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong\.yaml:\d+: my_orders_total reads the label trading_order_sid, which/u);
  });
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const textFormat = 'text/plain; version=0.0.4';
const scope = 'otel_scope_schema_url="https://trademeter.example/schemas/0.1.0"';
const healthy = `# TYPE target_info gauge
target_info{service_name="bot",trading_mode="paper"} 1
# TYPE trading_order_placed_total counter
trading_order_placed_total{${scope},trading_symbol="BTC"} 1
`;

function answer(body: string, contentType = textFormat): RequestListener {
  return (_, response) => {
    response.setHeader('content-type', contentType).end(body);
  };
}

async function examine(url: string, ...args: readonly string[]): Promise<Result & { readonly report: Report }> {
  const result = await trademeter('doctor', url, '--json', ...args);
  return { ...result, report: (JSON.parse(result.stdout) as [Report])[0] };
}

function statuses({ findings }: Report): Record<string, string> {
  return Object.fromEntries(findings.map(({ check, status }) => [check, status]));
}

describe('doctor', () => {
  test('finds nothing wrong with a healthy bot', async () => {
    await using bot = await serve(answer(healthy));
    const { code, stdout } = await trademeter('doctor', bot.url);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ conventions     Version 0.1.0 of the conventions.');
    expect(stdout).toContain('✓ identity        bot, paper.');
    expect(stdout).toContain('! domains         No metrics of: ');
    expect(stdout).toContain('@trademeter/instrumentation-portfolio');
  });

  test('says what to do when nothing listens', async () => {
    const bot = await serve(answer(healthy));
    await bot[Symbol.asyncDispose]();
    const { code, report } = await examine(bot.url);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ check: 'reachable', status: 'problem' }]);
    expect(report.findings[0]?.summary).toContain('ECONNREFUSED');
    expect(report.findings[0]?.advice).toContain('OTEL_EXPORTER_PROMETHEUS_PORT');
  });

  test('gives up on an endpoint that does not answer', async () => {
    await using bot = await serve(() => {});
    const { report } = await examine(bot.url, '--timeout', '0.2');
    expect(report.findings[0]?.summary).toContain('no answer within 200 ms');
  });

  test.each([
    [401, 'authentication', 'It requires credentials'],
    [404, 'reachable', 'The default path is /metrics'],
    [500, 'reachable', 'its log says why'],
    [302, 'reachable', 'Scrape the address that it redirects to'],
  ])('explains HTTP %i', async (status, check, advice) => {
    await using bot = await serve((_, response) => {
      response.writeHead(status, { location: '/login' }).end();
    });
    const { code, report } = await examine(bot.url);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ check, status: 'problem', advice: expect.stringContaining(advice) }]);
  });

  test('sends credentials, and reports when none are needed', async () => {
    const token = join(folder, 'token');
    await writeFile(token, 's3cret\n');
    await using open = await serve(answer(healthy));
    await using guarded = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer s3cret') answer(healthy)(request, response);
      else response.writeHead(401).end();
    });
    const needless = await examine(open.url, '--bearer-token-file', token);
    const needed = await examine(guarded.url, '--bearer-token-file', token);
    expect(statuses(needless.report)['authentication']).toBe('note');
    expect(statuses(needed.report)['authentication']).toBe('ok');
    expect(needed.stdout + needed.stderr).not.toContain('s3cret');
  });

  test.each([
    ['a web page', '<html>login</html>', 'text/html', 'a login page is in front of the endpoint'],
    ['a line that is not in the format', `${healthy}x{a="b} 1\n`, textFormat, 'Prometheus rejects the whole scrape'],
    ['a series that is there twice', `${healthy}${healthy.split('\n')[3]}\n`, textFormat, 'Prometheus rejects'],
    ['a wrong content type', healthy, 'application/json', 'fallback_scrape_protocol'],
    ['an empty answer', '', textFormat, 'Has the bot recorded anything'],
  ])('finds %s', async (_, body, contentType, advice) => {
    await using bot = await serve(answer(body, contentType));
    const { code, report } = await examine(bot.url);
    expect(code).toBe(1);
    const found = report.findings.find(({ check }) => check === 'format');
    expect(found).toMatchObject({ status: 'problem', advice: expect.stringContaining(advice) });
  });

  test.each([
    ['another version', healthy.replace('schemas/0.1.0', 'schemas/9.0.0'), 'note', 'version 9.0.0'],
    ['no version', healthy.replace(`${scope},`, ''), 'note', 'do not say which version'],
    [
      'two versions',
      `${healthy}trading_x{otel_scope_schema_url="https://trademeter.example/schemas/0.0.1"} 1\n`,
      'problem',
      '0.0.1, 0.1.0',
    ],
    ['no trading metrics', '# TYPE up gauge\nup 1\n', 'problem', 'no metric of the trading conventions'],
  ])('finds %s of the conventions', async (_, body, status, summary) => {
    await using bot = await serve(answer(body));
    const { report } = await examine(bot.url);
    const found = report.findings.find(({ check }) => check === 'conventions');
    expect(found).toMatchObject({ status, summary: expect.stringContaining(summary) });
  });

  test('names the metric and the label that drive the number of series, and the limit that was reached', async () => {
    const orders = Array.from({ length: 30_000 }, (_, id) => `orders{id="${id}",side="buy"} 1\n`).join('');
    await using many = await serve(answer(`${healthy}# TYPE orders gauge\n${orders}`));
    await using full = await serve(answer(`${healthy}trading_order_placed_total{otel_metric_overflow="true"} 3\n`));
    const large = await examine(many.url);
    const overflowing = await examine(full.url);
    expect(large.report.cardinality[0]).toEqual({
      family: 'orders',
      series: 30_000,
      labels: [{ label: 'id', values: 30_000 }],
    });
    expect(statuses(large.report)['cardinality']).toBe('note');
    expect(large.code).toBe(0);
    expect(overflowing.report.findings.find(({ check }) => check === 'cardinality')).toMatchObject({
      status: 'problem',
      summary: expect.stringContaining('trading_order_placed_total reached the cardinality limit'),
    });
  });

  test('reports dropped measurements with their reasons', async () => {
    const drops = 'trademeter_measurement_dropped_total{metric="trading.order.placed",reason="nan"} 2\n';
    await using bot = await serve(answer(`${healthy}# TYPE trademeter_measurement_dropped_total counter\n${drops}`));
    const { report } = await examine(bot.url);
    expect(report.findings.find(({ check }) => check === 'dropped')).toMatchObject({
      status: 'problem',
      summary: '2 measurements were dropped: 2 × trading.order.placed nan.',
    });
  });

  test('finds a clock that is wrong', async () => {
    await using bot = await serve((_, response) => {
      const date = new Date(Date.now() + 60_000).toUTCString();
      response.writeHead(200, { date, 'content-type': textFormat }).end(healthy);
    });
    const { report } = await examine(bot.url);
    expect(report.findings.find(({ check }) => check === 'clock')?.summary).toMatch(
      /(?:5\d|60|61) s ahead of this one/u,
    );
  });

  test('prints no escape code that a bot sends', async () => {
    await using bot = await serve(answer(healthy.replace('service_name="bot"', 'service_name="\u001b[31mbot"')));
    const { stdout } = await trademeter('doctor', bot.url);
    expect(stdout).not.toContain('\u001b');
  });
});
