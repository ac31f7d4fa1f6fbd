import {
  checkOptions,
  integerBetween,
  listOf,
  numberBetween,
  type OptionCheck,
  oneOf,
  optionError,
} from '@trademeter/config';

/** The unit of a threshold. It decides how texts show it. */
export type ThresholdUnit = 'ratio' | 'seconds' | 'bytes' | 'basis_points' | 'amount' | 'count';

/** One threshold: its default, and its allowed range. */
export interface ThresholdDefinition {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly isInteger?: true;
  readonly unit: ThresholdUnit;
  readonly description: string;
}

/** The thresholds of all alerts. Times are in seconds; ratios are fractions, so 0.1 is 10 %. */
export const thresholdDefinitions = {
  drawdown: ratio(0.08, 1, 'current drawdown that is worth a warning'),
  drawdownCritical: ratio(0.15, 1, 'current drawdown that is critical'),
  dailyLoss: ratio(0.03, 1, 'loss of the day, as a fraction of the equity at its start'),
  exposure: ratio(0.7, 100, 'gross exposure, as a multiple of equity, that is worth a warning'),
  exposureCritical: ratio(0.9, 100, 'gross exposure, as a multiple of equity, that is critical'),
  marginUtilization: ratio(0.8, 10, 'share of the margin in use'),
  limitUtilization: ratio(0.9, 1, 'share of a risk limit in use that is worth a warning; above 1 it is exceeded'),
  breakerTrips: count(3, 1000, 'trips of one circuit breaker within a day'),

  forgetBotSeconds: seconds(
    86_400,
    3600,
    2_592_000,
    'how long `TradingBotMissing` remembers a bot that stopped reporting',
  ),
  failedExportRatio: ratio(0.5, 1, 'share of the exports of one exporter within ten minutes that failed'),
  dataAgeSeconds: seconds(300, 1, 604_800, 'age of the newest data of a provider'),
  cycleAgeSeconds: seconds(300, 1, 604_800, 'time since the last pass of the main loop that succeeded'),
  portfolioAgeSeconds: seconds(900, 1, 604_800, 'time since the last snapshot of the portfolio'),
  tradeAgeSeconds: seconds(86_400, 60, 2_592_000, 'time since the last fill'),
  decisionWindowSeconds: seconds(21_600, 600, 604_800, 'time without a signal or a decision'),
  providerErrorRatio: ratio(0.2, 1, 'share of the requests to a provider that fail'),
  rateLimitHits: count(10, 1_000_000, 'requests within ten minutes that a provider refused as too many'),

  rejectedOrderRatio: ratio(0.1, 1, 'share of the ended orders that were rejected or failed'),
  rejectedOrders: count(
    3,
    1_000_000,
    'minimum number of rejected or failed orders within 15 minutes; with fewer, `rejectedOrderRatio` is ignored',
  ),
  unconfirmedOrders: count(1, 1_000_000, 'orders at one venue that stay unconfirmed for two minutes'),
  openOrderSeconds: seconds(3600, 1, 2_592_000, 'age of the oldest order that is still open'),
  slippageBasisPoints: {
    default: 20,
    minimum: 0.01,
    maximum: 10_000,
    unit: 'basis_points',
    description: 'mean adverse slippage of the fills of an hour',
  },
  orderRequestSeconds: seconds(1, 0.001, 60, '99th percentile of the time that a venue takes to answer'),
  fillSeconds: seconds(10, 0.001, 60, '95th percentile of the time until a market order is filled'),
  signalOrderSeconds: seconds(5, 0.001, 60, '95th percentile of the time from a signal to the order that it led to'),
  cycleSeconds: seconds(45, 0.1, 300, '95th percentile of the time of a pass of the main loop'),
  feeRatio: ratio(0.003, 1, 'fees, less rebates, as a fraction of the traded amount of an hour'),

  aiCostPerHour: {
    default: 0.5,
    minimum: 0.001,
    maximum: 1_000_000,
    unit: 'amount',
    description: 'cost of language models in an hour, in each currency',
  },
  errorsPerMinute: {
    default: 10,
    minimum: 0.1,
    maximum: 1_000_000,
    unit: 'count',
    description: 'errors a minute in one part of the bot',
  },
  eventLoopDelaySeconds: seconds(0.1, 0.01, 60, '99th percentile of the delay of the event loop'),
  memoryBytes: {
    default: 1_073_741_824,
    minimum: 1_048_576,
    maximum: 1_099_511_627_776,
    isInteger: true,
    unit: 'bytes',
    description: 'resident memory of the process',
  },
  cacheHitRatio: ratio(0.8, 1, 'share of cache queries that the cache answers, below which it is too low'),
  restarts: count(3, 1000, 'restarts of a bot within an hour'),
} as const satisfies Readonly<Record<string, ThresholdDefinition>>;

/** The name of a threshold. */
export type ThresholdName = keyof typeof thresholdDefinitions;

/** A value for every threshold. */
export type Thresholds = Readonly<Record<ThresholdName, number>>;

/** Options of {@link import('./rule-groups.ts').ruleGroups}: thresholds by name, and settings of all rules. */
export interface AlertOptions extends Partial<Thresholds> {
  /**
   * The labels that tell bots apart. Rules keep them; bots with the same values count as one.
   *
   * @default `['job', 'instance']`
   */
  readonly botLabels?: readonly string[];
  /**
   * Values of `trading.mode` for which no alert is raised.
   *
   * @default `['backtest']`
   */
  readonly ignoredModes?: readonly string[];
  /**
   * Goes before the page's name in `runbook_url`: a folder, or an address that ends in `/`.
   *
   * @default `'docs/runbooks/'`
   */
  readonly runbookBaseUrl?: string;
}

/** Checked options with defaults filled in. */
export interface AlertParameters {
  readonly thresholds: Thresholds;
  readonly botLabels: readonly string[];
  readonly ignoredModes: readonly string[];
  readonly runbookBaseUrl: string;
}

/** Pairs in which the first must be below the second: a warning comes before the critical alert. */
const ascending: readonly (readonly [ThresholdName, ThresholdName])[] = [
  ['drawdown', 'drawdownCritical'],
  ['exposure', 'exposureCritical'],
];

/**
 * Checks options and fills in the defaults.
 *
 * @throws ConfigurationError that names the option, its value and what is allowed
 */
export function readParameters(options: AlertOptions = {}): AlertParameters {
  checkOptions(packageName, options, checks);
  const thresholds = Object.fromEntries(
    thresholdNames.map((name) => [name, options[name] ?? thresholdDefinitions[name].default]),
  ) as Thresholds;
  for (const [lower, upper] of ascending) {
    if (thresholds[lower] < thresholds[upper]) continue;
    throw optionError(
      packageName,
      lower,
      { allowed: `below ${upper}, which is ${thresholds[upper]}` },
      thresholds[lower],
    );
  }
  const { botLabels = ['job', 'instance'], ignoredModes = ['backtest'], runbookBaseUrl = 'docs/runbooks/' } = options;
  return {
    thresholds,
    botLabels: [...botLabels],
    ignoredModes: [...new Set(ignoredModes)],
    runbookBaseUrl: runbookBaseUrl === '' || runbookBaseUrl.endsWith('/') ? runbookBaseUrl : `${runbookBaseUrl}/`,
  };
}

/**
 * Parses options from a list of `name=value`, as on a command line. Lists are separated by commas.
 *
 * @throws ConfigurationError for an invalid setting
 */
export function parseAlertSettings(settings: readonly string[]): AlertOptions {
  const options = new Map<string, unknown>();
  for (const setting of settings) {
    const separator = setting.indexOf('=');
    if (separator < 1) {
      throw optionError(packageName, 'a setting', { allowed: 'name=value, such as drawdown=0.1' }, setting);
    }
    const name = setting.slice(0, separator);
    const text = setting.slice(separator + 1).trim();
    if (options.has(name)) throw optionError(packageName, name, { allowed: 'set once' }, setting);
    options.set(name, parseSetting(name, text));
  }
  const parsed: AlertOptions = Object.fromEntries(options);
  readParameters(parsed);
  return parsed;
}

const packageName = 'alerts';
const thresholdNames = Object.keys(thresholdDefinitions) as ThresholdName[];

/** Labels that tell bots apart. `le` and reserved labels have another meaning in Prometheus. */
export const botLabelsCheck: OptionCheck = {
  allowed: 'a list of different Prometheus label names, at least one',
  accepts: (value) =>
    Array.isArray(value) && value.length > 0 && new Set(value).size === value.length && value.every(isLabel),
};

function isLabel(value: unknown): boolean {
  return typeof value === 'string' && /^[a-zA-Z_]\w*$/u.test(value) && !value.startsWith('__') && value !== 'le';
}

const modes: readonly string[] = ['live', 'paper', 'backtest'];

const otherChecks = {
  botLabels: botLabelsCheck,
  ignoredModes: listOf(oneOf(...modes), modes.join(', ')),
  runbookBaseUrl: {
    allowed: 'an address or a path without spaces, braces, ? and #',
    // Prometheus would treat {{ as a template
    accepts: (value) => typeof value === 'string' && /^[^\s{}#?]*$/u.test(value),
  },
} satisfies Partial<Record<keyof AlertOptions, OptionCheck>>;

const checks: Readonly<Record<string, OptionCheck>> = {
  ...Object.fromEntries(thresholdNames.map((name) => [name, checkOf(thresholdDefinitions[name])])),
  ...otherChecks,
};

function checkOf({ minimum, maximum, isInteger }: ThresholdDefinition): OptionCheck {
  return isInteger === true ? integerBetween(minimum, maximum) : numberBetween(minimum, maximum);
}

function parseSetting(name: string, text: string): unknown {
  if (name === 'runbookBaseUrl') return text;
  if (Object.hasOwn(otherChecks, name)) return text === '' ? [] : text.split(',').map((part) => part.trim());
  // Number('') is 0, Number('0x10') is 16
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text) ? Number(text) : text;
}

function ratio(value: number, maximum: number, description: string) {
  return { default: value, minimum: 0.0001, maximum, unit: 'ratio', description } as const;
}

function seconds(value: number, minimum: number, maximum: number, description: string) {
  return { default: value, minimum, maximum, unit: 'seconds', description } as const;
}

function count(value: number, maximum: number, description: string) {
  return { default: value, minimum: 1, maximum, isInteger: true, unit: 'count', description } as const;
}
