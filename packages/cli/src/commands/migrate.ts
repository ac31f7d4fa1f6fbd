import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { MappingError, readMapping } from '../migrate/mapping-file.ts';
import { mappingFormat } from '../migrate/mapping-format.ts';
import { renderRuleFile } from '../migrate/rule-file.ts';
import { UsageError } from '../usage-error.ts';

/** `trademeter migrate` writes recording rules that restore the metric names of a home-made exporter. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Write recording rules that restore the metric names of a home-made exporter, from a mapping.')
    .argument('<mapping>', 'a YAML file: old names, and what each is now')
    .option('-o, --out <file>', 'write the rules to a file instead of the standard output')
    .option(
      '--interval <time>',
      "evaluate the rules this often, such as 30s (default: the mapping's, or 15s)",
      duration,
    )
    .addHelpText(
      'after',
      `
A mapping with every key. Only system, rules, record and one of from, histogram and query are required:

${mappingFormat.trimEnd().replaceAll(/^(?=.)/gmu, '  ')}

Then: promtool check rules my-bot.yml, and list the file under rule_files in prometheus.yml.`,
    )
    .action((mapping: string, options: MigrateOptions) => migrate(mapping, options));
}

interface MigrateOptions {
  readonly out?: string;
  readonly interval?: string;
}

function migrate(file: string, { out, interval }: MigrateOptions): void {
  let rules: string;
  try {
    const { mapping, warnings } = readMapping(readFileSync(file, 'utf8'), file);
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    rules = renderRuleFile({ ...mapping, interval: interval ?? mapping.interval }, basename(file));
  } catch (error) {
    throw error instanceof MappingError ? new UsageError(error.message) : error;
  }
  if (out === undefined) process.stdout.write(rules);
  else writeFileSync(out, rules);
}

function duration(text: string): string {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/u.test(text)) throw new InvalidArgumentError(`It must be a duration such as 15s.`);
  return text;
}
