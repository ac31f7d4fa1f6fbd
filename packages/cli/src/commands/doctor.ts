import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { examine } from '../doctor/examine.ts';
import { reportText } from '../doctor/report-text.ts';
import { authorizationOf, metricsUrl, type TargetOptions, withTargetOptions } from '../target-options.ts';

/** `trademeter doctor` says what is wrong with a bot's scrape endpoint, and how to fix it. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description("Check a bot's scrape endpoint, and say how to fix what is wrong.")
    .argument('<url...>', 'the endpoints, such as http://localhost:9464/metrics, localhost:9464 or 9464');
  return withTargetOptions(command)
    .option('--ca-file <file>', 'trust the authorities in this file (PEM) instead of the system’s')
    .option('--timeout <seconds>', 'how long a scrape may take', seconds, 10)
    .option('--json', 'print the reports as JSON')
    .addHelpText(
      'after',
      `
It looks at: reachability, format, version of the conventions, identity and mode, missing domains, cardinality and what
drives it, dropped measurements, the clock, authentication, TLS, and the time and size of a scrape.

✓ is fine, ! is worth knowing, ✕ is a problem. The exit status is 1 when there is a problem: for CI and health checks.

  trademeter doctor localhost:9464
  trademeter doctor https://bot.internal:9464/metrics --bearer-token-file token --ca-file ca.pem --json`,
    )
    .action((urls: string[], options: DoctorOptions) => doctor(urls, options));
}

interface DoctorOptions extends TargetOptions {
  readonly caFile?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

async function doctor(urls: readonly string[], options: DoctorOptions): Promise<void> {
  const authorization = authorizationOf(options);
  const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8');
  const targets = urls.map(metricsUrl);
  const timeoutMillis = options.timeout * 1000;
  const reports = await Promise.all(targets.map((url) => examine({ url, authorization, timeoutMillis, ca })));
  const text =
    options.json === true ? `${JSON.stringify(reports, undefined, 2)}\n` : reports.map(reportText).join('\n');
  process.stdout.write(text);
  if (reports.some(({ findings }) => findings.some(({ status }) => status === 'problem'))) process.exitCode = 1;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3_600)) throw new InvalidArgumentError('It must be a number of seconds up to 3600.');
  return value;
}
