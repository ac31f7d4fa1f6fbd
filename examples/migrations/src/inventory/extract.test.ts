import { expect, test } from 'vitest';
import { extractInventory, unclaimedNames } from './extract.ts';
import type { Inventory } from './inventory.ts';

function inventoryOf(...lines: readonly string[]): Inventory {
  return extractInventory('007_some-bot.txt', lines.join('\n'));
}

function namesIn(entries: readonly { readonly name: string }[]): string[] {
  return entries.map(({ name }) => name);
}

test('names the system after the file, without its number', () => {
  expect(inventoryOf('').system).toBe('some-bot');
});

test('finds metrics in lists, by the heading or the word next to them', () => {
  const { metrics } = inventoryOf(
    '### Gauges',
    '- `bot_cash` - Money (labels: currency, account)',
    '### Others',
    '- `bot_wait_seconds` (Histogram): Waiting by queue, kind',
    '- `bot_orders_total{side, symbol}` - Orders',
    '- `src/bot.py` - a file',
  );
  expect(metrics).toEqual([
    { name: 'bot_cash', type: 'gauge', labels: ['currency', 'account'], line: 2 },
    { name: 'bot_wait_seconds', type: 'histogram', labels: ['queue', 'kind'], line: 4 },
    { name: 'bot_orders_total', type: 'counter', typeStated: false, labels: ['side', 'symbol'], line: 5 },
  ]);
});

test('finds metrics in tables', () => {
  const { metrics } = inventoryOf(
    '| Metric | Type | Description |',
    '|---|---|---|',
    '| `hits_total` | Counter | Hits (label: `layer` = L1, L2) |',
    '',
    '| Variable | Default |',
    '|---|---|',
    '| `not_a_metric` | 1 |',
  );
  expect(metrics).toEqual([{ name: 'hits_total', type: 'counter', labels: ['layer'], line: 3 }]);
});

test('expands the prefix of an f-string, and adds the _total that the Python client adds', () => {
  const { metrics } = inventoryOf(
    '```python',
    'PREFIX = "bot"',
    'cost = Counter(',
    "    f'{PREFIX}_cost_dollars',",
    "    'Money spent',",
    "    ['provider']  # provider: a, b",
    ')',
    'latency = Histogram(',
    "    f'{PREFIX}_latency_seconds',",
    "    'Time',",
    '    buckets=[0.5, 1.0]',
    ')',
    '```',
  );
  expect(metrics).toEqual([
    { name: 'bot_cost_dollars_total', written: 'bot_cost_dollars', type: 'counter', labels: ['provider'], line: 4 },
    { name: 'bot_latency_seconds', type: 'histogram', labels: [], buckets: [0.5, 1], line: 9 },
  ]);
});

test('finds metrics that only an example names, and the labels that examples and samples add', () => {
  const { metrics } = inventoryOf(
    '- `runs_seconds` (Histogram): Time of runs',
    '- `cost_total` (Counter): Cost',
    '```python',
    "@timed('runs_seconds', labels=['strategy'])",
    "@counted('runs_total', labels=['strategy'])",
    'def run(strategy): pass',
    '```',
    '```',
    'cost_total{model="x"} 1.5',
    '```',
  );
  expect(metrics).toEqual([
    { name: 'runs_seconds', type: 'histogram', labels: ['strategy'], line: 1 },
    { name: 'cost_total', type: 'counter', labels: ['model'], line: 2 },
    { name: 'runs_total', type: 'counter', labels: ['strategy'], line: 5 },
  ]);
});

test('infers a missing type from how expressions use the name', () => {
  const { metrics } = inventoryOf(
    '- `bot_trips{type}` - Breaker activations',
    '```promql',
    '# trips',
    'increase(bot_trips_total{reason="x"}[5m])',
    '  > 0',
    '```',
  );
  expect(metrics).toEqual([
    {
      name: 'bot_trips_total',
      written: 'bot_trips',
      type: 'counter',
      typeStated: false,
      labels: ['type', 'reason'],
      line: 1,
    },
  ]);
});

test('finds expressions in panels, rules, query blocks, URLs and lists of alerts', () => {
  const { expressions } = inventoryOf(
    '1. **Cost** (today): `sum(a_total)`',
    '2. **Two**: `b`, `c` (grouped by side)',
    '```yaml',
    '- alert: X',
    '  expr: a == 1',
    '```',
    '```promql',
    '# first',
    'rate(a_total[1m]) /',
    'rate(b_total[1m])',
    '',
    'c > 1',
    '```',
    "`curl 'http://host/api/v1/query?query=d_total'`",
    '### Alerting',
    '- `e > 90` (HIGH)',
  );
  expect(expressions.map(({ expression, kind, line }) => [line, kind, expression])).toEqual([
    [1, 'panel', 'sum(a_total)'],
    [2, 'panel', 'b'],
    [2, 'panel', 'sum by (side) (b)'],
    [2, 'panel', 'c'],
    [2, 'panel', 'sum by (side) (c)'],
    [5, 'alert', 'a == 1'],
    [9, 'query', 'rate(a_total[1m]) / rate(b_total[1m])'],
    [12, 'query', 'c > 1'],
    [14, 'query', 'd_total'],
    [16, 'alert', 'e > 90'],
  ]);
});

test('finds environment variables wherever they are read, set or described', () => {
  const { environment } = inventoryOf(
    '## Environment Variables',
    '- `BOT_PORT` - the port',
    '## Other',
    '- `NOT_THIS` - no',
    '```python',
    'os.getenv("BOT_HOST", "x")',
    'class Settings(BaseSettings):',
    '    enabled: bool = Field(default=True)',
    '    env_prefix = "BOT_"',
    '```',
    '```bash',
    'BOT_MODE=live',
    'BOT_ONCE=1 python bot.py',
    '```',
    '```yaml',
    '  - BOT_SECRET=${SECRET_STORE:-x}',
    '```',
  );
  expect(namesIn(environment)).toEqual([
    'BOT_PORT',
    'BOT_HOST',
    'BOT_ENABLED',
    'BOT_MODE',
    'BOT_ONCE',
    'BOT_SECRET',
    'SECRET_STORE',
  ]);
});

test('distinguishes the kinds of helpers', () => {
  const { helpers } = inventoryOf(
    '```python',
    'from monitoring import track_call, HITS_TOTAL, update_cache',
    'with track_call("x"):',
    '    pass',
    'def record(side: str, size: Dict[str, int] = None) -> None:',
    '    pass',
    '@contextmanager',
    'def measure(name):',
    '    yield',
    '@router.middleware("http")',
    'async def counting(request, call_next):',
    '    pass',
    'def test_record():',
    '    pass',
    'def _internal(): pass',
    'self.prometheus_exporter.record_fill(1)',
    '```',
    '```python',
    "@track_time('x_seconds')",
    'def mine(a): pass',
    'from metrics import track_time',
    '```',
  );
  expect(helpers.map(({ name, kind }) => [name, kind])).toEqual([
    ['track_call', 'context manager'],
    ['HITS_TOTAL', 'metric object'],
    ['update_cache', 'batch update'],
    ['record', 'function'],
    ['measure', 'context manager'],
    ['counting', 'middleware'],
    ['test_record', 'test'],
    ['exporter.record_fill', 'function'],
    ['track_time', 'decorator'],
  ]);
  expect(helpers.find(({ name }) => name === 'record')?.parameters).toEqual(['side', 'size']);
});

test('finds settings, integrations, commands and scrape jobs', () => {
  const inventory = inventoryOf(
    '## Integration Examples',
    '### With SomeAgent',
    '```yaml',
    'monitoring:',
    '  port: 1 ',
    '```',
    '```bash',
    '# start it',
    'python -m bot --port 1',
    'PORT=1',
    '```',
    '```yaml',
    "  - job_name: 'bot'",
    '    static_configs:',
    "      - targets: ['x']",
    '        labels:',
    "          service: 'bot'",
    '```',
  );
  expect(namesIn(inventory.integrations)).toEqual(['SomeAgent']);
  expect(namesIn(inventory.settings)).toEqual(['monitoring.port']);
  expect(namesIn(inventory.commands)).toEqual(['python -m bot --port 1']);
  expect(inventory.scrapeJobs).toEqual([{ name: 'bot', labels: ['service'], line: 13 }]);
});

test('reports a name with the prefix that was not understood as a metric', () => {
  const text =
    '- `bot_a_total` (Counter): A\n- `bot_b` (Gauge): B\nSee also bot_c_total and bot_a_total, in bot_main.py.';
  expect(unclaimedNames(extractInventory('1_x.txt', text), text)).toEqual([{ name: 'bot_c_total', line: 3 }]);
});

test('reports inline code that ends like a metric where names share no prefix', () => {
  const text = '- `a_total` (Counter): A\n- `b_rate` (Gauge): B\nSee also `c_total` and `main_file`.';
  expect(unclaimedNames(extractInventory('1_x.txt', text), text)).toEqual([{ name: 'c_total', line: 3 }]);
});
