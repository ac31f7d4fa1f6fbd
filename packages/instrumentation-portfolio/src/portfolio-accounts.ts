import type { MeterProvider } from '@opentelemetry/api';
import { Log } from '@trademeter/instrumentation';

const log = new Log('instrumentation-portfolio');
const globalProvider = {};
const portfoliosOf = new WeakMap<object, Map<string | undefined, number>>();

/**
 * Logs, once for each account, that two portfolios share it: their values would add up, and of their other figures only
 * those of one portfolio would be exported.
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
    `two portfolios ${which} record the same series, so that the figures of one hide those of the other: set a different account for each. Logged once.`,
  );
}
