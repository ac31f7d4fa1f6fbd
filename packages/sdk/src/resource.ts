import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import type { Attributes } from '@opentelemetry/api';
import type { Resource, ResourceDetector } from '@opentelemetry/resources';
import { type Environment, isBlank, oneOf, type Problems, within } from '@trademeter/config';
import { createResource, defaultResource } from '@trademeter/metric-store';
import { log } from './diagnostics.ts';
import { type DetectorName, readDetectorNames, readResourceAttributes } from './environment.ts';
import { defaultServiceName } from './main-script.ts';
import { modes, type TelemetryOptions } from './options.ts';
import { version } from './version.ts';

/** The attributes known before detection, and the detectors to run. */
export interface ResourcePlan {
  readonly detectors: readonly ResourceDetector[];
  /** Upstream detectors that replace the built-in one; `undefined` for the built-in one. */
  readonly named: readonly DetectorName[] | undefined;
  /** Attributes of the environment, overridden by the code. They override detected attributes. */
  readonly attributes: Attributes;
  /** A `service.instance.id` from the environment, which all workers of a process share. */
  readonly sharedInstanceId: string | undefined;
}

export function planResource(options: TelemetryOptions, environment: Environment, problems: Problems): ResourcePlan {
  const fromEnvironment = readResourceAttributes(environment, problems);
  const named = readDetectorNames(environment, problems);
  const given = { ...fromEnvironment, ...withoutUnset(options.resourceAttributes ?? {}) };
  const mode = lowerCase(options.mode ?? given['trading.mode']);
  if (options.mode === undefined) checkMode(mode, problems);
  return {
    detectors: options.resourceDetectors ?? [],
    named,
    sharedInstanceId: findSharedInstanceId(fromEnvironment, options),
    attributes: {
      ...given,
      ...withoutUnset({
        'service.name': options.serviceName,
        'service.version': options.serviceVersion,
        'service.instance.id': options.serviceInstanceId,
        'trading.mode': mode,
      }),
    },
  };
}

/**
 * Runs the detectors, all at once.
 *
 * @param limitMillis the limit of each asynchronous attribute; an attribute that takes longer is omitted
 */
export async function detectResource(plan: ResourcePlan, limitMillis: number): Promise<Resource> {
  if (plan.sharedInstanceId !== undefined && (await isWorker())) {
    log.warn(
      `all workers of this process share the service.instance.id ${plan.sharedInstanceId} from OTEL_RESOURCE_ATTRIBUTES, so their series overwrite each other. Give each worker its own with the serviceInstanceId option.`,
    );
  }
  const builtIn = plan.named === undefined ? [defaultDetector] : await loadDetectors(plan.named);
  const detected = await Promise.all([...builtIn, ...plan.detectors].map((detector) => detect(detector, limitMillis)));
  const own = createResource({
    ...mergeAll(detected),
    ...plan.attributes,
    'telemetry.distro.name': 'trademeter',
    'telemetry.distro.version': version,
  });
  return createResource({
    ...defaultResource().attributes,
    'service.name': defaultServiceName() ?? 'unknown_service:node',
    'service.instance.id': randomUUID(),
    ...own.attributes,
  });
}

// Not the upstream process detector, which reports the command line: that may contain API keys.
const defaultDetector: ResourceDetector = {
  detect: () => ({
    attributes: {
      'host.name': hostname(),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
    },
  }),
};

async function loadDetectors(names: readonly DetectorName[]): Promise<ResourceDetector[]> {
  const { hostDetector, osDetector, processDetector } = await import('@opentelemetry/resources');
  const byName: Partial<Record<DetectorName, ResourceDetector>> = {
    host: hostDetector,
    os: osDetector,
    process: processDetector,
  };
  if (names.includes('all')) return Object.values(byName);
  return names.flatMap((name) => byName[name] ?? []);
}

/** Awaits the attributes of a detector, because the periodic reader would wait for them without limit. */
async function detect(detector: ResourceDetector, limitMillis: number): Promise<Attributes> {
  const attributes: Attributes = {};
  try {
    const promised = Object.entries(detector.detect().attributes ?? {});
    await Promise.all(
      promised.map(async ([key, value]) => {
        const settled = Promise.resolve(value).then((found) => ({ found }));
        const result = await within(limitMillis, settled);
        if (result === undefined)
          log.warn(`a resource detector did not find ${key} within ${limitMillis} ms. The attribute is omitted.`);
        else if (result.found !== undefined) attributes[key] = result.found;
      }),
    );
  } catch (error) {
    log.warn('a resource detector failed. Its attributes are omitted.', error);
  }
  return attributes;
}

function checkMode(mode: unknown, problems: Problems): void {
  problems.check('the resource attribute trading.mode', mode, oneOf(...modes));
}

/** All workers of a process have the same environment, so an id from there is shared. */
function findSharedInstanceId(fromEnvironment: Readonly<Record<string, string>>, options: TelemetryOptions) {
  const own = options.serviceInstanceId ?? options.resourceAttributes?.['service.instance.id'];
  return own === undefined ? fromEnvironment['service.instance.id'] : undefined;
}

async function isWorker(): Promise<boolean> {
  if (!isMainThread) return true;
  const { default: cluster } = await import('node:cluster');
  return cluster.isWorker;
}

function mergeAll(all: readonly Attributes[]): Attributes {
  return Object.fromEntries(all.flatMap((attributes) => Object.entries(attributes)));
}

/** Attributes that identify the bot: an empty value, from an unset variable, would make two bots the same. */
const identity: readonly string[] = ['service.name', 'service.version', 'service.instance.id', 'trading.mode'];

function withoutUnset(attributes: Attributes): Attributes {
  const isSet = ([key, value]: [string, unknown]): boolean =>
    value !== undefined && !(identity.includes(key) && typeof value === 'string' && isBlank(value));
  return Object.fromEntries(Object.entries(attributes).filter(isSet));
}

function lowerCase<T>(value: T): T | string {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}
