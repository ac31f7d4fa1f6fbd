import { ruleFiles, thresholdDefinitions } from '@trademeter/alerts';
import { Command } from 'commander';
import { alertOptionsOf, collect } from '../alert-settings.ts';
import { writeFiles } from '../write-files.ts';

/** `trademeter rules` writes alerts and recording rules for Prometheus. */
export function rulesCommand(): Command {
  const names = Object.entries(thresholdDefinitions);
  const width = Math.max(...names.map(([name]) => name.length));
  // without the Markdown of the descriptions
  const lines = names.map(([name, definition]) => {
    return `  ${name.padEnd(width)}  ${definition.default}  ${definition.description.replaceAll('`', '')}`;
  });
  return new Command('rules')
    .description('Write alerts and recording rules for Prometheus.')
    .requiredOption('-o, --out <dir>', 'the folder to write to; it is created')
    .option('--set <name=value>', 'change a threshold; may be repeated', collect)
    .option('--runbook-base-url <url>', 'where the runbooks are published, for the links in alerts')
    .addHelpText(
      'after',
      `
Thresholds, with their defaults:
${lines.join('\n')}

  trademeter rules --out rules --set drawdown=0.1 --set dailyLoss=0.02`,
    )
    .action((options: RulesOptions) => writeRules(options));
}

interface RulesOptions {
  readonly out: string;
  readonly set?: readonly string[];
  readonly runbookBaseUrl?: string;
}

function writeRules({ out, set = [], runbookBaseUrl }: RulesOptions): void {
  const options = alertOptionsOf(set, runbookBaseUrl);
  writeFiles(
    out,
    ruleFiles(options).map(({ name, text }) => ({ path: name, text })),
  );
}
