import { type IMetricReader, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { type Environment, readExporterNames, readExportInterval, readExportTimeout } from './environment.ts';
import {
  type ConsoleOptions,
  checkExporter,
  type Exporter,
  isReader,
  type OtlpOptions,
  type PrometheusOptions,
  type TelemetryOptions,
} from './options.ts';
import { createOtlpExporter, hintFor, planOtlp } from './otlp.ts';
import type { Problems } from './problems.ts';
import { planScrapeEndpoint, type ScrapeEndpoint } from './prometheus.ts';
import { PushExporter } from './push-exporter.ts';
import { StdoutExporter } from './stdout-exporter.ts';

/** Where metrics can be found, or are sent. */
export interface Endpoint {
  readonly exporter: 'prometheus' | 'otlp';
  readonly url: string;
}

/** One way out, made and not begun. */
export interface Output {
  readonly reader: IMetricReader;
  /** Where it is now; `undefined` for one that has no address, or cannot be reached. */
  readonly endpoint?: Endpoint | undefined;
  readonly scrapeEndpoint?: ScrapeEndpoint;
  /** How often it collects by itself, where that is known. */
  readonly intervalMillis?: number;
}

/** Makes a way out once everything is known to be right. */
export type OutputPlan = () => Promise<Output>;

const allIsCarried = 'the next export that works carries all of it';

/** What was chosen, in the code or else in the environment. */
export function planOutputs(options: TelemetryOptions, environment: Environment, problems: Problems): OutputPlan[] {
  if (options.exporters === undefined) {
    return readExporterNames(environment, problems).flatMap(
      (name) => planOutput(name, name, environment, problems) ?? [],
    );
  }
  const chosen = options.exporters.filter((each, index) => checkExporter(each, `exporters[${index}]`, problems));
  if (chosen.includes('none') && chosen.length > 1) {
    problems.add('exporters', 'exporters must be none alone, or others without it', options.exporters);
  }
  // The same name twice is the same exporter; the same options twice are the user's will.
  return [...new Set(chosen)]
    .filter((each) => each !== 'none')
    .flatMap((each) => planOutput(each, `exporters[${chosen.indexOf(each)}]`, environment, problems) ?? []);
}

function planOutput(
  exporter: Exclude<Exporter, 'none'>,
  path: string,
  environment: Environment,
  problems: Problems,
): OutputPlan | undefined {
  if (isReader(exporter)) return async () => ({ reader: exporter });
  const options: PrometheusOptions | OtlpOptions | ConsoleOptions =
    typeof exporter === 'string' ? { type: exporter } : exporter;
  switch (options.type) {
    case 'prometheus': {
      const scrapeEndpoint = planScrapeEndpoint(options, path, environment, problems);
      if (scrapeEndpoint === undefined) return undefined;
      return async () => ({
        reader: scrapeEndpoint.reader,
        scrapeEndpoint,
        get endpoint(): Endpoint | undefined {
          const { url } = scrapeEndpoint;
          return url === undefined ? undefined : { exporter: 'prometheus', url };
        },
      });
    }
    case 'otlp': {
      const schedule = planSchedule(options, 60_000, path, environment, problems);
      const planned = planOtlp(options, path, environment, problems);
      // Given up in time, a request has a reason to tell: connection refused, status 503.
      const plan = { ...planned, timeoutMillis: Math.min(planned.timeoutMillis, schedule.timeoutMillis) };
      return async () => {
        const pushExporter = new PushExporter(await createOtlpExporter(plan), {
          destination: plan.url,
          timeoutMillis: schedule.timeoutMillis,
          consequence:
            plan.temporality === 'cumulative'
              ? allIsCarried
              : `what a failed export carried is lost, which is the price of ${plan.temporality} temporality`,
          hint: (error) => hintFor(plan, error),
        });
        return {
          reader: periodicReader(pushExporter, schedule),
          endpoint: { exporter: 'otlp', url: plan.url },
          intervalMillis: schedule.intervalMillis,
        };
      };
    }
    case 'console': {
      // https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/stdout/ has ten seconds
      const schedule = planSchedule(options, 10_000, path, environment, problems);
      return async () => ({
        reader: periodicReader(
          new PushExporter(new StdoutExporter(), {
            destination: 'stdout',
            timeoutMillis: schedule.timeoutMillis,
            consequence: allIsCarried,
            hint: () => '',
          }),
          schedule,
        ),
        intervalMillis: schedule.intervalMillis,
      });
    }
  }
}

interface Schedule {
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
}

function planSchedule(
  options: { readonly exportIntervalMillis?: number | undefined; readonly exportTimeoutMillis?: number | undefined },
  usualIntervalMillis: number,
  path: string,
  environment: Environment,
  problems: Problems,
): Schedule {
  const interval = options.exportIntervalMillis ?? readExportInterval(environment, problems);
  const timeout = options.exportTimeoutMillis ?? readExportTimeout(environment, problems);
  const intervalMillis = interval ?? usualIntervalMillis;
  if (timeout !== undefined && timeout > intervalMillis) {
    const name =
      options.exportTimeoutMillis === undefined ? 'OTEL_METRIC_EXPORT_TIMEOUT' : `${path}.exportTimeoutMillis`;
    problems.mustBe(name, `at most the export interval, ${intervalMillis} ms`, timeout);
  }
  return { intervalMillis, timeoutMillis: Math.min(timeout ?? 30_000, intervalMillis) };
}

function periodicReader(exporter: PushMetricExporter, schedule: Schedule): IMetricReader {
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: schedule.intervalMillis,
    exportTimeoutMillis: schedule.timeoutMillis,
  });
}
