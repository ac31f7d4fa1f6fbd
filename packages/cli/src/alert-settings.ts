import { type AlertOptions, ConfigurationError, parseAlertSettings } from '@trademeter/alerts';
import { UsageError } from './usage-error.ts';

/**
 * What `--set` and `--runbook-base-url` say.
 *
 * @throws {UsageError} that names a wrong setting, its value and what is allowed
 */
export function alertOptionsOf(set: readonly string[], runbookBaseUrl?: string): AlertOptions {
  const settings = runbookBaseUrl === undefined ? set : [...set, `runbookBaseUrl=${runbookBaseUrl}`];
  try {
    return parseAlertSettings(settings);
  } catch (error) {
    throw error instanceof ConfigurationError ? new UsageError(error.message, 2) : error;
  }
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
