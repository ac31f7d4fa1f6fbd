import type { MeterProvider } from '@opentelemetry/api';
import { Log } from '@trademeter/instrumentation';

const log = new Log('instrumentation-portfolio');
const globalProvider = {};
const portfoliosOf = new WeakMap<object, Map<string | undefined, number>>();

/**
 * Logs, once for each account, that two portfolios record under the same one: of their figures the last would be shown,
 * and their values would add up.
 */
export function announceAccount(provider: MeterProvider | undefined, account: string | undefined): void {
  const key = provider ?? globalProvider;
  const portfolios = portfoliosOf.get(key) ?? new Map<string | undefined, number>();
  portfoliosOf.set(key, portfolios);
  const count = (portfolios.get(account) ?? 0) + 1;
  portfolios.set(account, count);
  if (count !== 2) return;
  const which = account === undefined ? 'without an account' : `of the account ${JSON.stringify(account)}`;
  log.warn(
    `there are two portfolios ${which}, so drawdown, return and performance of one hide those of the other: give each an account of its own. Logged once.`,
  );
}
