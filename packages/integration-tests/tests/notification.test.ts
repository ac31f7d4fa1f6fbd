import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alertRules, recordingRules } from '@trademeter/alerts';
import { makeDataFolder } from '@trademeter/workspace-tools';
import { expect, test } from 'vitest';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { startAlertReceiver } from './alert-receiver.ts';
import { startPaperBot } from './paper-bot.ts';

test('a dead bot sends one notification to every channel, whatever else was wrong with it', async () => {
  using receiver = await startAlertReceiver();
  await using alertmanager = await startAlertmanager(receiver.config);
  await using bot = await startPaperBot({ args: ['--speed', '200', '--bars', '1000', '--stay'] });
  await using prometheus = await startPrometheus({
    scrape: [{ job: 'bots', url: bot.metricsUrl }],
    ruleFiles: [await rulesWithoutDelays()],
    alertmanagers: [alertmanager.url],
    // otherwise, alerts from before the Alertmanager was found are sent a minute later
    flags: ['--rules.alert.resend-delay=1s'],
  });
  const firing = () =>
    receiver.notifications.flatMap(({ receiver: name, alerts }) =>
      alerts.filter(({ status }) => status === 'firing').map(({ labels }) => `${name}: ${labels['alertname']}`),
    );

  // a warning fires before, and the dead man's switch gets its signal
  await bot.books();
  await prometheus.until('ALERTS{alertname="TradingCacheHitRatioLow",alertstate="firing"}');
  await expect
    .poll(firing, { timeout: 60_000 })
    .toEqual(expect.arrayContaining(['dead-mans-switch: TradingWatchdog', 'slack: TradingCacheHitRatioLow']));
  expect(firing()).not.toContain('telegram: TradingCacheHitRatioLow');

  const before = receiver.notifications.length;
  bot.signal('SIGKILL');
  const later = () => receiver.notifications.slice(before).filter(({ receiver: name }) => name === 'telegram');
  await expect
    .poll(() => later().flatMap(({ alerts }) => alerts.map(({ labels }) => labels['alertname'])), { timeout: 60_000 })
    .toContain('TradingBotDown');
  const [alert] = later().flatMap(({ alerts }) =>
    alerts.filter(({ labels }) => labels['alertname'] === 'TradingBotDown'),
  );
  expect(alert?.labels).toMatchObject({ severity: 'critical', job: 'bots' });
  expect(alert?.annotations).toMatchObject({
    summary: expect.stringMatching(/^bots\/127\.0\.0\.1:\d+ cannot be scraped$/u),
    runbook_url: 'docs/runbooks/blindness.md#tradingbotdown',
  });

  // more evaluations of every rule send nothing new
  const rounds = await evaluationRounds(prometheus.url);
  await expect.poll(() => evaluationRounds(prometheus.url), { timeout: 60_000 }).toBeGreaterThan(rounds + 5);
  const sinceDown = () => {
    const notified = receiver.notifications
      .slice(before)
      .map(({ receiver: name, alerts }) => ({
        name,
        alerts: alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels['alertname']),
      }))
      .filter(({ name, alerts }) => name !== 'dead-mans-switch' && alerts.length > 0);
    return notified.slice(notified.findIndex(({ alerts }) => alerts.includes('TradingBotDown')));
  };
  await expect
    .poll(() => new Set(sinceDown().map(({ name }) => name)), { timeout: 60_000 })
    .toEqual(new Set(['discord', 'email', 'slack', 'telegram']));
  for (const { alerts } of sinceDown()) expect(alerts).toEqual(['TradingBotDown']);
});

/** The lowest number of evaluations of any group of rules. */
async function evaluationRounds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const rounds = [...text.matchAll(/^prometheus_rule_group_iterations_total\{.*\} (\d+)$/gmu)];
  return Math.min(...rounds.map(([, count]) => Number(count)));
}

/** The shipped rules with `for` of a second, so that no test waits for minutes. */
async function rulesWithoutDelays(): Promise<string> {
  const alerts = alertRules().map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, for: '1s' })),
  }));
  const file = join(await makeDataFolder('rules'), 'rules.yml');
  // JSON is YAML
  await writeFile(file, JSON.stringify({ groups: [...recordingRules(), ...alerts] }));
  return file;
}
