import { readFileSync } from 'node:fs';
import { dashboards } from '@trademeter/dashboards';
import { Command, Option } from 'commander';
import { writeFiles } from '../write-files.ts';

/** `trademeter dashboards` writes Grafana's dashboards to files. */
export function dashboardsCommand(): Command {
  const width = Math.max(...dashboards.map(({ id }) => id.length));
  return new Command('dashboards')
    .description("Write Grafana's dashboards: three by question, ten by domain.")
    .requiredOption('-o, --out <dir>', 'the folder to write to; it is created')
    .addOption(
      new Option(
        '--schema <schema>',
        'classic: every Grafana from 9 on imports it; v2: the dashboard API of Grafana 12',
      )
        .choices(['classic', 'v2'])
        .default('classic'),
    )
    .addHelpText(
      'after',
      `
${dashboards.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`).join('\n')}

Import them in Grafana, or provision the folder. Nothing in them names a data source, a job or an instance.`,
    )
    .action(({ out, schema }: { readonly out: string; readonly schema: 'classic' | 'v2' }) => {
      writeFiles(
        out,
        dashboards.map((dashboard) => ({
          path: `${dashboard.id}.json`,
          text: readFileSync(dashboard[schema], 'utf8'),
        })),
      );
    });
}
