import type { MeterProvider } from '@opentelemetry/api';
import {
  anyFunction,
  checkOptions,
  meterProviderOption,
  nonEmptyString,
  type OptionCheck,
  positiveNumber,
} from '@trademeter/instrumentation';
import { isTimeZone } from './period-calendar.ts';

/** Options of {@link instrumentPortfolio}. */
export interface PortfolioOptions {
  /** The currency of all money in this portfolio, as an ISO 4217 or asset code: `USD`, `USDT`. */
  readonly currency: string;
  /** The account, an attribute of every series. Needed if a process has several portfolios. */
  readonly account?: string | undefined;
  /** The exchange or broker of positions, margin and funding, unless they name another; positions need one. */
  readonly venue?: string | undefined;
  /** The only strategy of this portfolio: an attribute of its performance, and of positions and trades without one. */
  readonly strategy?: string | undefined;
  /**
   * The time zone in which a day starts at midnight, as an IANA name: `America/New_York`.
   *
   * @default `UTC`
   */
  readonly timeZone?: string | undefined;
  /**
   * Daily returns in a year, for the Sharpe ratio: 252 with snapshots on trading days, 365 with snapshots every day, 1
   * for no annualization.
   *
   * @default 252
   */
  readonly annualization?: number | undefined;
  /**
   * Returns milliseconds since the epoch. A replay passes its own clock.
   *
   * @default `Date.now`
   */
  readonly now?: (() => number) | undefined;
  /**
   * Where to record.
   *
   * @default the global meter provider, even if it is registered later
   */
  readonly meterProvider?: MeterProvider | undefined;
}

const timeZoneName: OptionCheck = { allowed: 'an IANA time zone such as America/New_York', accepts: isTimeZone };

/** Checks the options and fills in the defaults. @throws ConfigurationError */
export function completePortfolioOptions(options: PortfolioOptions) {
  checkOptions(
    'instrumentation-portfolio',
    options,
    {
      currency: nonEmptyString,
      account: nonEmptyString,
      venue: nonEmptyString,
      strategy: nonEmptyString,
      timeZone: timeZoneName,
      annualization: positiveNumber,
      now: anyFunction,
      meterProvider: meterProviderOption,
    },
    ['currency'],
  );
  const { currency, account, venue, strategy, meterProvider } = options;
  return {
    currency,
    account,
    venue,
    strategy,
    meterProvider,
    timeZone: options.timeZone ?? 'UTC',
    annualization: options.annualization ?? 252,
    now: options.now ?? (() => Date.now()),
  };
}
