import { join } from 'node:path';
import { alertRules, recordingRules } from '@trademeter/alerts';
import { selectorsOf } from '@trademeter/cli/migrate';
import { workspaceFolder } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PromqlApi } from '../servers/promql.ts';
import { type DemoInPrometheus, demoWays, startDemoInPrometheus } from './demo-in-prometheus.ts';

/** Selectors without data in the demo, and the reasons. */
const withoutData: Readonly<Record<string, string>> = {
  'target_info{trading_mode=~"backtest"}': 'the demo trades in the mode paper',
  'trading_errors_total{trading_error_severity="critical"}': 'the demo has no critical errors',
  '{otel_metric_overflow="true"}': 'the demo stays within its limits',
  'otel_sdk_exporter_operation_duration_seconds_count{error_type!=""}': 'no export of the demo fails',
  trading_order_unconfirmed: 'no order request of the demo times out',
};

const rules = [
  ...recordingRules().flatMap((group) => group.rules.map(({ record, expr }) => ({ name: record, expr }))),
  ...alertRules().flatMap((group) => group.rules.map(({ alert, expr }) => ({ name: alert, expr }))),
];
const ruleFiles = ['trading-recording.yml', 'trading-alerts.yml'].map((name) =>
  join(workspaceFolder, 'packages/alerts/rules', name),
);

let demo: DemoInPrometheus;

beforeAll(async () => {
  demo = await startDemoInPrometheus({ ruleFiles });
  await demo.untilTraded();
});

afterAll(() => demo?.[Symbol.asyncDispose]());

describe.each(demoWays)('the rules on series that came by %s', (way) => {
  let api: PromqlApi;

  beforeAll(() => {
    api = demo.prometheus[way];
  });

  test('are all evaluated without an error', async () => {
    await expect
      .poll(() => ruleStates(api), { timeout: 60_000 })
      .toEqual(rules.map(({ name }) => ({ name, health: 'ok' })).toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  });

  test.each(rules)('$name reads existing series', async ({ expr }) => {
    for (const { text } of selectorsOf(expr)) {
      if (withoutData[text] !== undefined) continue;
      expect(await api.query(`last_over_time(${text}[5m])`), text).not.toEqual([]);
    }
  });

  test.each(recordingRules().flatMap((group) => group.rules))('$record has a result', async ({ record }) => {
    const samples = await api.until(record, (found) => found.length > 0, 30);
    for (const { labels, value } of samples) {
      expect(labels).toMatchObject({ job: expect.any(String), instance: expect.any(String) });
      expect(value).not.toBeNaN();
    }
  });

  test('raise an alert that names the bot', async () => {
    // the demo's cache answers about half of its queries
    const [alert] = await api.until('ALERTS{alertname="TradingCacheHitRatioLow"}');
    expect(alert?.labels).toMatchObject({
      severity: 'warning',
      instance: expect.any(String),
      trading_cache_name: 'features',
    });
  });
});

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

async function ruleStates({ url }: PromqlApi): Promise<RuleState[]> {
  const response = await fetch(`${url}/api/v1/rules`);
  const { data } = (await response.json()) as {
    readonly data: { readonly groups: readonly { readonly rules: RuleState[] }[] };
  };
  return data.groups
    .flatMap((group) => group.rules)
    .map(({ name, health, lastError }) => ({
      name,
      health,
      ...(lastError === undefined || lastError === '' ? {} : { lastError }),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
