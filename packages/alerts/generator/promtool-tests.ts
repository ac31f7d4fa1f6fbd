import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The parts of a `promtool test rules` file that are read here. */
interface PromtoolFile {
  readonly tests: readonly {
    readonly name?: string;
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

/** The folder of the tests. */
export const promtoolFolder: string = join(import.meta.dirname, '../promtool');

/**
 * Lists what the tests lack, one sentence each: every alert needs a test in which it fires, and one in which it never
 * does.
 *
 * A test of a silent alert must have series, or it would pass whatever the alert's condition is. {@link alwaysFires} is
 * exempt.
 */
export function untestedAlerts(alerts: readonly string[], folder: string = promtoolFolder): string[] {
  const tests = globSync('*.yml', { cwd: folder }).flatMap(
    (file) => (parse(readFileSync(join(folder, file), 'utf8')) as PromtoolFile).tests,
  );
  const expected = tests.flatMap(({ alert_rule_test: checks = [] }) =>
    [...new Set(checks.map(({ alertname }) => alertname))].map((alertname) => ({
      alertname,
      fires: checks.some((check) => check.alertname === alertname && (check.exp_alerts ?? []).length > 0),
    })),
  );
  const has = (alert: string, fires: boolean) =>
    expected.some((test) => test.alertname === alert && test.fires === fires);
  return [
    ...alerts.flatMap((alert) => [
      ...(has(alert, true) ? [] : [`${alert} has no promtool test in which it fires`]),
      ...(has(alert, false) || alwaysFires.has(alert)
        ? []
        : [`${alert} has no promtool test in which it stays silent`]),
    ]),
    ...new Set(
      expected
        .filter(({ alertname }) => !alerts.includes(alertname))
        .map(({ alertname }) => `a promtool test expects ${alertname}, which is not an alert`),
    ),
  ];
}

/** Alerts without a condition. */
const alwaysFires: ReadonlySet<string> = new Set(['TradingWatchdog']);
