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

/** How {@link instrumentPortfolio} measures. */
export interface PortfolioOptions {
  /** ISO 4217 or asset code of all money of this portfolio: `USD`, `USDT`. */
  readonly currency: string;
  /** Labels everything of the portfolio. Needed where one process measures several portfolios. */
  readonly account?: string | undefined;
  /** The exchange or broker of positions, margin and funding, unless they name another. */
  readonly venue?: string | undefined;
  /** The only strategy of this portfolio: labels its performance, and positions and trades that name none. */
  readonly strategy?: string | undefined;
  /** Where a day begins at midnight, as an IANA name: `America/New_York`. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** How many daily returns make a year, for the Sharpe ratio: 252 by default, 365 where markets never close, 1 for none. */
  readonly annualization?: number | undefined;
  /** Milliseconds since the epoch. Default: the calendar's, `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Where to record. Default: the global provider, whenever it is registered. */
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
