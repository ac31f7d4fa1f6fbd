// Writes the packaged rule files with the default thresholds and the example Alertmanager configuration. --check writes
// nothing; it lists what is stale, and alerts without a promtool test or a runbook.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alertGroups, alertmanagerFile, ruleFiles } from '../src/index.ts';
import { untestedAlerts } from './promtool-tests.ts';
import { runbookProblems } from './runbooks.ts';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '../../..');

const groups = alertGroups();
const files = [
  ...ruleFiles().map(({ name, text }) => ({ path: `packages/alerts/rules/${name}`, text })),
  { path: 'examples/monitoring/alertmanager/alertmanager.yml', text: alertmanagerFile() },
];
const stale = files.filter(
  ({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
);
for (const { path, text } of stale) {
  if (!options.check) writeFileSync(join(root, path), text);
  console.log(`${options.check ? 'stale, run `pnpm generate`' : 'written'}: ${path}`);
}
if (options.check) {
  const names = groups.flatMap(({ alerts }) => alerts.map(({ name }) => name));
  const problems = [...untestedAlerts(names), ...runbookProblems(groups, join(root, 'docs/runbooks'))];
  for (const problem of problems) console.error(problem);
  if (stale.length + problems.length > 0) process.exitCode = 1;
}
