import { type Environment, isObject, type Problems } from '@trademeter/config';
import type { Endpoint, OutputPlan, SharedOptions } from './configured-reader.ts';
import { readExporterNames } from './environment.ts';
import {
  checkExporter,
  type Exporter,
  isReader,
  type PrometheusOptions,
  type PushExporterOptions,
  type TelemetryOptions,
  usualFlushTimeoutMillis,
} from './options.ts';
import { planScrapeEndpoint } from './prometheus.ts';

/** Plans the outputs chosen in code, or else in the environment. Code for pushes is loaded only if needed. */
export async function planOutputs(
  options: TelemetryOptions,
  environment: Environment,
  problems: Problems,
): Promise<OutputPlan[]> {
  const { flushTimeoutMillis = usualFlushTimeoutMillis, metricProducers = [] } = options;
  const shared = { flushTimeoutMillis, metricProducers, showsPage: options.view !== false };
  const named = options.exporters === undefined ? readExporterNames(environment, problems) : [];
  const given: readonly Exporter[] = options.exporters ?? named;
  const push = given.some(isPush) ? await import('./push-outputs.ts') : undefined;

  const plan = (exporter: Exclude<Exporter, 'none'>, path: string): OutputPlan[] => {
    if (isReader(exporter)) return [async () => ({ reader: exporter })];
    const each: PrometheusOptions | PushExporterOptions = typeof exporter === 'string' ? { type: exporter } : exporter;
    const output =
      each.type === 'prometheus'
        ? planPrometheus(each, path, shared, problems)
        : push?.planPush(each, path, shared, environment, problems);
    return output === undefined ? [] : [output];
  };
  if (options.exporters === undefined) return named.flatMap((name) => plan(name, name));

  const chosen = given.filter((each, index) => {
    const path = `exporters[${index}]`;
    if (!checkExporter(each, path, problems)) return false;
    if (typeof each === 'object' && isPush(each)) push?.checkPushOptions(each, path, problems);
    return true;
  });
  if (chosen.includes('none') && chosen.length > 1) {
    problems.mustBe('exporters', { allowed: 'only none, or a list without none' }, options.exporters);
  }
  // A name given twice counts once; two objects are two exporters.
  return [...new Set(chosen)]
    .filter((each) => each !== 'none')
    .flatMap((each) => plan(each, `exporters[${chosen.indexOf(each)}]`));
}

const pushTypes: ReadonlySet<unknown> = new Set<PushExporterOptions['type']>(['otlp', 'pushgateway', 'console']);

function isPush(exporter: Exporter): exporter is PushExporterOptions | PushExporterOptions['type'] {
  if (isReader(exporter)) return false;
  return pushTypes.has(isObject(exporter) ? Reflect.get(exporter, 'type') : exporter);
}

function planPrometheus(
  options: PrometheusOptions,
  path: string,
  shared: SharedOptions,
  problems: Problems,
): OutputPlan | undefined {
  const metricProducers = [...(options.metricProducers ?? []), ...shared.metricProducers];
  const scrapeEndpoint = planScrapeEndpoint({ ...options, metricProducers }, path, problems, shared.showsPage);
  if (scrapeEndpoint === undefined) return undefined;
  return async () => ({
    reader: scrapeEndpoint.reader,
    scrapeEndpoint,
    get endpoint(): Endpoint | undefined {
      const { url, pageUrl } = scrapeEndpoint;
      if (url === undefined) return undefined;
      return { exporter: 'prometheus', url, ...(pageUrl === undefined ? {} : { pageUrl }) };
    },
  });
}
