import { join } from 'node:path';
import { alertGroups, inhibitRules } from '@trademeter/alerts';
import { run, workspaceFolder } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Alertmanager,
  checkAlertmanagerConfig,
  findAlertmanager,
  startAlertmanager,
} from '../servers/alertmanager.ts';
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.ts';

type Labels = Readonly<Record<string, string>>;

const exampleFile = join(workspaceFolder, 'examples/monitoring/alertmanager/alertmanager.yml');
const severities = new Map(
  alertGroups().flatMap(({ alerts }) => alerts.map(({ name, severity }) => [name, severity] as const)),
);

test('amtool accepts the example', async () => {
  expect(await checkAlertmanagerConfig(exampleFile)).toMatchObject({ exitCode: 0, stderr: '' });
});

test.each([
  ['critical', ['telegram', 'discord', 'slack', 'email']],
  ['warning', ['discord', 'slack', 'email']],
])('a %s alert goes to %j', async (severity, receivers) => {
  const amtool = await findAlertmanager('amtool');
  const labels = ['alertname=TradingMarginHigh', `severity=${severity}`, 'job=bots', 'instance=momentum'];
  const { stdout } = await run(amtool, ['config', 'routes', 'test', `--config.file=${exampleFile}`, ...labels]);
  expect([...new Set(stdout.trim().split(','))]).toEqual(receivers);
});

test("the watchdog goes to the dead man's switch alone", async () => {
  const amtool = await findAlertmanager('amtool');
  const labels = ['alertname=TradingWatchdog', 'severity=none'];
  const { stdout } = await run(amtool, ['config', 'routes', 'test', `--config.file=${exampleFile}`, ...labels]);
  expect(stdout.trim()).toBe('dead-mans-switch');
});

describe('one failure', () => {
  let receiver: AlertReceiver;
  let alertmanager: Alertmanager;

  beforeAll(async () => {
    receiver = await startAlertReceiver();
    alertmanager = await startAlertmanager(receiver.config);
  });

  afterAll(async () => {
    await alertmanager?.stop();
    receiver?.[Symbol.dispose]();
  });

  const bot = (name: string): Labels => ({ job: `job-of-${name}`, instance: name });
  const alert = (alertname: string, labels: Labels): Labels => ({
    alertname,
    severity: severities.get(alertname) ?? '',
    ...labels,
  });

  /** The alerts of a bot that Alertmanager has looked at. */
  async function alertsOf(instance: string): Promise<string[]> {
    return (await alertmanager.alerts())
      .filter(({ labels }) => (labels['instance'] ?? labels['job'])?.endsWith(instance))
      .filter(({ status }) => status.state !== 'unprocessed')
      .map(({ labels, status }) => `${labels['alertname']}${status.inhibitedBy.length > 0 ? ' (silenced)' : ''}`)
      .toSorted();
  }

  const patience = { timeout: 60_000 };

  const pairs = inhibitRules().flatMap(({ source_matchers: sources, target_matchers: targets }) => {
    const [source = ''] = matchedNames(sources);
    return matchedNames(targets).map((target) => ({ source, target }));
  });

  test.each(pairs)('silences $target while $source fires, of the same bot', async ({ source, target }) => {
    const shared = { trading_account: 'main', trading_provider_name: 'polygon', trading_risk_limit_name: 'position' };
    const [same, other] = [`${source}-${target}-same`, `${source}-${target}-other`];
    const { instance: _, ...job } = bot(same);
    // the alert of a whole job has no instance
    const sourceLabels = source === 'TradingBotMissing' ? job : { ...bot(same), ...shared };
    await alertmanager.fire([
      alert(source, sourceLabels),
      alert(target, { ...bot(same), ...shared }),
      alert(target, { ...bot(other), ...shared }),
    ]);
    await expect.poll(() => alertsOf(same), patience).toEqual([source, `${target} (silenced)`].toSorted());
    // the source has its effect by now
    await expect.poll(() => alertsOf(other), patience).toEqual([target]);
  });

  test('of one account leaves the warning of another one', async () => {
    await alertmanager.fire([
      alert('TradingDrawdownCritical', { ...bot('two-accounts'), trading_account: 'main' }),
      alert('TradingDrawdownHigh', { ...bot('two-accounts'), trading_account: 'main' }),
      alert('TradingDrawdownHigh', { ...bot('two-accounts'), trading_account: 'hedge' }),
    ]);
    await expect
      .poll(() => alertsOf('two-accounts'), patience)
      .toEqual(['TradingDrawdownCritical', 'TradingDrawdownHigh', 'TradingDrawdownHigh (silenced)']);
  });

  test('notifies each receiver once', async () => {
    const symptoms = ['TradingDataStale', 'TradingEventLoopBlocked', 'TradingProviderDown', 'TradingErrorsHigh'];
    await alertmanager.fire(['TradingBotDown', ...symptoms].map((name) => alert(name, bot('one-page'))));
    const notifications = () =>
      receiver.notifications.filter(({ alerts }) => alerts.some(({ labels }) => labels['instance'] === 'one-page'));
    await expect.poll(() => notifications().length, patience).toBe(4);
    expect(
      notifications()
        .map((notification) => notification.receiver)
        .toSorted(),
    ).toEqual(['discord', 'email', 'slack', 'telegram']);
    for (const { alerts } of notifications()) {
      expect(alerts.map(({ labels }) => labels['alertname'])).toEqual(['TradingBotDown']);
    }
  });
});

/** The names of the alerts that matchers of `alertname` select. */
function matchedNames(matchers: readonly string[]): string[] {
  return [...severities.keys()].filter((name) =>
    matchers.every((matcher) => {
      const { operator, value = '' } = /^alertname(?<operator>=|=~|!~)"(?<value>.*)"$/u.exec(matcher)?.groups ?? {};
      return new RegExp(`^(?:${value})$`, 'u').test(name) === (operator !== '!~');
    }),
  );
}
