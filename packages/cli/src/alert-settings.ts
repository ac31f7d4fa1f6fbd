import { type AlertOptions, parseAlertSettings } from '@trademeter/alerts';

/**
 * Returns the options in `--set` and `--runbook-base-url`.
 *
 * @throws {ConfigurationError} that names a wrong setting, its value and what is allowed
 */
export function alertOptionsOf(set: readonly string[], runbookBaseUrl?: string): AlertOptions {
  const settings = runbookBaseUrl === undefined ? set : [...set, `runbookBaseUrl=${runbookBaseUrl}`];
  return parseAlertSettings(settings);
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
