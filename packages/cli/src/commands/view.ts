import { startViewServer } from '@trademeter/view/server';
import { Command, InvalidArgumentError } from 'commander';
import { credentialsOf, metricsUrl, type TargetOptions, withTargetOptions } from '../target-options.ts';

const defaultPort = 9460;

/** `trademeter view` shows the live page of bots anywhere. */
export function viewCommand(): Command {
  const command = new Command('view')
    .description('Show the live page of one or many bots, from their scrape endpoints.')
    .argument('<url...>', 'their endpoints, such as http://localhost:9464/metrics, localhost:9464 or 9464');
  return withTargetOptions(command)
    .option('-p, --port <port>', 'where to serve the page on this machine; 0 takes a free port', port, defaultPort)
    .option('--interval <seconds>', 'how often to scrape', seconds, 2)
    .addHelpText(
      'after',
      `
The page is served on this machine alone, and asks only the bots that are named. Credentials are sent to all of them.

  trademeter view localhost:9464
  trademeter view bot-1:9464 bot-2:9464 --bearer-token-file token`,
    )
    .action((urls: string[], options: ViewOptions) => view(urls, options));
}

interface ViewOptions extends TargetOptions {
  readonly port: number;
  readonly interval: number;
}

async function view(urls: readonly string[], options: ViewOptions): Promise<void> {
  const credentials = credentialsOf(options);
  const server = await startViewServer({
    targets: urls.map((url) => ({ url: metricsUrl(url).href, ...credentials })),
    port: options.port,
    pollIntervalMillis: Math.round(options.interval * 1_000),
  });
  process.stdout.write(`${server.url}\nCtrl-C ends it.\n`);
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be an integer from 0 to 65535.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 0.25 && value <= 3_600) return value;
  throw new InvalidArgumentError('It must be a number of seconds from 0.25 to 3600.');
}
