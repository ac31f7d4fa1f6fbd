import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertGroups } from '../src/index.ts';
import { promtoolFolder, untestedAlerts } from './promtool-tests.ts';
import { runbookProblems } from './runbooks.ts';

describe('alerts', () => {
  const groups = alertGroups();
  const names = groups.flatMap(({ alerts }) => alerts.map(({ name }) => name));

  test('are at least 25, with different names', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });

  test('inhibit alerts that exist', () => {
    const inhibited = groups
      .flatMap(({ alerts }) => alerts)
      .flatMap(({ inhibits = [] }) => inhibits.flatMap(({ alerts }) => (alerts === 'all' ? [] : alerts)));
    expect(names).toEqual(expect.arrayContaining(inhibited));
  });

  test('have a promtool test in which they fire, and one in which they stay silent', () => {
    expect(untestedAlerts(names)).toEqual([]);
  });

  test('have a runbook', () => {
    expect(runbookProblems(groups, join(import.meta.dirname, '../../../docs/runbooks'))).toEqual([]);
  });
});

describe('the check for promtool tests', () => {
  const text = readFileSync(join(promtoolFolder, 'safety.yml'), 'utf8');

  test('reports a missing test', () => {
    const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
    writeFileSync(join(folder, 'safety.yml'), text.replaceAll('TradingLiquidation', 'TradingLiquidations'));
    expect(untestedAlerts(['TradingLiquidation', 'TradingMarginHigh'], folder)).toEqual(
      expect.arrayContaining([
        'TradingLiquidation has no promtool test in which it fires',
        'TradingLiquidation has no promtool test in which it stays silent',
        'a promtool test expects TradingLiquidations, which is not an alert',
      ]),
    );
    expect(untestedAlerts(['TradingMarginHigh'], folder)).not.toContainEqual(
      expect.stringMatching(/^TradingMarginHigh/u),
    );
  });
});
