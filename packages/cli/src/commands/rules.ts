import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AlertOptionError,
  type AlertOptions,
  parseAlertSettings,
  ruleFiles,
  thresholdDefinitions,
} from '@trademeter/alerts';
import { Command } from 'commander';
import { UsageError } from '../usage-error.ts';

/** `trademeter rules`: alerts and recording rules for Prometheus. */
export function rulesCommand(): Command {
  const names = Object.entries(thresholdDefinitions);
  const width = Math.max(...names.map(([name]) => name.length));
  return new Command('rules')
    .description('Write alerts and recording rules for Prometheus.')
    .requiredOption('-o, --out <dir>', 'the folder to write to; it is created')
    .option('--set <name=value>', 'change a threshold; may be repeated', collect, [])
    .option('--runbook-base-url <url>', 'where the runbooks are published, for the links in alerts')
    .addHelpText(
      'after',
      `
Thresholds, with their defaults:
${names.map(([name, definition]) => `  ${name.padEnd(width)}  ${definition.default}  ${definition.description}`).join('\n')}

  trademeter rules --out rules --set drawdown=0.1 --set dailyLoss=0.02`,
    )
    .action((options: RulesOptions) => writeRules(options));
}

interface RulesOptions {
  readonly out: string;
  readonly set: readonly string[];
  readonly runbookBaseUrl?: string;
}

function writeRules({ out, set, runbookBaseUrl }: RulesOptions): void {
  const files = filesOf(set, runbookBaseUrl);
  mkdirSync(out, { recursive: true });
  for (const { name, text } of files) {
    const path = join(out, name);
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
}

/** @throws {UsageError} that names a wrong setting, its value and what is allowed */
function filesOf(set: readonly string[], runbookBaseUrl?: string) {
  try {
    const options: AlertOptions = {
      ...parseAlertSettings(set),
      ...(runbookBaseUrl === undefined ? {} : { runbookBaseUrl }),
    };
    return ruleFiles(options);
  } catch (error) {
    throw error instanceof AlertOptionError ? new UsageError(error.message) : error;
  }
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
