import type { WrittenFile } from '../write-files.ts';
import { secretFilesOf } from './prometheus-files.ts';
import type { StackOptions } from './stack-options.ts';

/** Explains the folder to a person who finds it. */
export function readme(options: StackOptions): WrittenFile {
  const secrets = secretFilesOf(options);
  return {
    path: 'README.md',
    text: `# Monitoring for trading bots

Written by \`trademeter stack\`.

\`\`\`sh
./start.sh             # start, or apply changes
docker compose down    # stop; the data stays in volumes
\`\`\`

| file | holds |
| --- | --- |
| \`prometheus/bots.yml\` | the bots to scrape: add yours |
| \`prometheus/rules/\` | alerts and recording rules |
| \`alertmanager/alertmanager.yml\` | who is notified |
| \`grafana/\` | the data source and the dashboards |
| \`collector/config.yaml\` | the Collector that takes OTLP on ports 4317 and 4318 |
| \`kubernetes/\` | the same for a cluster with the Prometheus operator; \`bot.yaml\` is an example of a bot |
| \`secrets/\` | one file a secret; keep it out of version control |

Ports are open on this machine alone. \`start.sh\` makes Grafana's password; there is no default one.
${secrets.length === 0 ? '' : `\nBefore the first start, write these files in \`secrets/\`: ${secrets.map((name) => `\`${name}\``).join(', ')}.\n`}`,
  };
}
