import { ConfigurationError, type Environment, type Problems, timerMillis } from '@trademeter/config';
import { PushgatewayExporter } from '@trademeter/exporter-prometheus';
import { readPushgatewayJob, readPushgatewayUrl } from './environment.ts';
import type { PushgatewayOptions } from './options.ts';

// The compiler reports an option of the exporter that is missing here.
const optionKeys = Object.keys({
  type: true,
  url: true,
  job: true,
  grouping: true,
  intervalMillis: true,
  headers: true,
  timeoutMillis: true,
  deleteOnShutdown: true,
} satisfies Record<keyof PushgatewayOptions, true>);

const defaultUrl = 'http://localhost:9091';

/** The checked settings of a push to a Pushgateway. */
export interface PushgatewayPlan {
  readonly exporter: PushgatewayExporter;
  readonly url: string;
}

/**
 * Creates the exporter; `undefined` if an option is wrong, which is added to `problems`. The exporter checks its options itself.
 *
 * @param longestMillis the limit of an export
 */
export function planPushgateway(
  options: PushgatewayOptions,
  path: string,
  longestMillis: number,
  environment: Environment,
  problems: Problems,
): PushgatewayPlan | undefined {
  problems.checkKeys(path, options, optionKeys);
  const timeoutMillis = problems.check(`${path}.timeoutMillis`, options.timeoutMillis, timerMillis) ?? 10_000;
  const url = options.url ?? readPushgatewayUrl(environment, problems) ?? defaultUrl;
  try {
    const exporter = new PushgatewayExporter({
      url,
      job: options.job ?? readPushgatewayJob(environment),
      grouping: options.grouping,
      headers: options.headers,
      timeoutMillis: Math.min(timeoutMillis, longestMillis),
      deleteOnShutdown: options.deleteOnShutdown,
    });
    return { exporter, url };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.addAll(path, error);
    return undefined;
  }
}

/** Whether the same push may succeed if it is retried. */
export function isTransientPush(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'number') return code === 429 || code >= 500;
  return typeof code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(code);
}

/** Advice about a failed push, in parentheses; empty if there is none. */
export function pushgatewayHint(error: unknown): string {
  switch (error instanceof Error ? Reflect.get(error, 'code') : undefined) {
    case 401:
    case 403:
      return ' (set the user and password in the url: http://user:password@host:9091)';
    case 404:
    case 405:
      return ' (is this a Pushgateway? Its usual port is 9091)';
    case 'ECONNREFUSED':
      return ' (is a Pushgateway running there?)';
    default:
      return '';
  }
}
