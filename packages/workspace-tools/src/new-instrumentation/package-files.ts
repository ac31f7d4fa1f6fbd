import { versionFile } from '../version-files.ts';
import type { DomainNames } from './domain-names.ts';

/** The program to look at the metrics with, below the package. Nothing in `.cache` is committed or checked. */
export const trialPath = '.cache/try.ts';

/** The files of the package of a domain, by their paths in it. Not yet formatted. */
export function packageFiles(names: DomainNames, version: string): Record<string, string> {
  return {
    'package.json': packageJson(names, version),
    'tsconfig.json': tsconfig,
    'README.md': readme(names),
    'src/index.ts': index(names),
    [`src/instrument-${names.domain}.ts`]: instrumentation(names),
    [`src/instrument-${names.domain}.test.ts`]: instrumentationTest(names),
    'src/contract.test.ts': contractTest(names),
    'src/version.ts': versionFile(version),
    [trialPath]: trial(names),
  };
}

function packageJson({ domain, words }: DomainNames, version: string): string {
  const manifest = {
    name: `@trademeter/instrumentation-${domain}`,
    version,
    description: `OpenTelemetry metrics for a trading bot's ${words}`,
    keywords: ['opentelemetry', 'metrics', 'trading', 'trading-bot', 'instrumentation', domain],
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.15' },
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': { '@trademeter/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    },
    files: ['dist', 'src', '!**/*.test.*'],
    dependencies: {
      '@trademeter/instrumentation': 'workspace:^',
      '@trademeter/semantic-conventions': 'workspace:^',
    },
    peerDependencies: { '@opentelemetry/api': '^1.9.0' },
    devDependencies: {
      '@opentelemetry/api': 'catalog:',
      '@trademeter/sdk': 'workspace:*',
      '@trademeter/testing': 'workspace:*',
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** `pnpm generate` adds the references. */
const tsconfig = `{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "rootDir": "src",
    "outDir": "dist",
    "tsBuildInfoFile": ".cache/tsconfig.tsbuildinfo"
  },
  "include": ["src"],
  "exclude": ["src/**/*.test.ts"]
}
`;

function index({ domain, pascal }: DomainNames): string {
  return `export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export { instrument${pascal}, type ${pascal}Metrics, type ${pascal}Options, type ${pascal}Update } from './instrument-${domain}.ts';
`;
}

function instrumentation({ domain, words, pascal, camel, namespace }: DomainNames): string {
  const constant = `METRIC_TRADING_${namespace.toUpperCase()}_UPDATES`;
  return `import {
  createInstrumentationMeter,
  createTiming,
  type InstrumentationOptions,
  nonEmptyString,
  type Timing,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  ${constant},
  trading${pascal}RequestDuration,
  trading${pascal}Updates,
} from '@trademeter/semantic-conventions';
import { version } from './version.ts';

/** Options of {@link instrument${pascal}}. */
export interface ${pascal}Options extends InstrumentationOptions {
  /** The exchange or broker, in lowercase. */
  readonly venue?: string | undefined;
}

/** An update of ${words}. */
export interface ${pascal}Update {
  /** The symbol, as the venue writes it. */
  readonly symbol: string;
}

/** Records the metrics of ${words}. No verb throws; what a timed function throws reaches the caller. */
export interface ${pascal}Metrics {
  /** Counts an update that the bot received. */
  updated(update: ${pascal}Update): void;
  /** Times requests to the venue, in seconds. */
  readonly request: Timing;
}

/**
 * Creates the metrics of ${words}: the updates that the bot receives, and how long its requests take.
 *
 * @throws ConfigurationError (\`ERR_TRADEMETER_OPTION\`) if an option is invalid
 * @example
 * const ${camel} = instrument${pascal}({ venue: 'binance' });
 * ${camel}.updated({ symbol: 'BTC/USDT' });
 */
export function instrument${pascal}(options?: ${pascal}Options): ${pascal}Metrics {
  const meter = createInstrumentationMeter({
    domain: '${domain}',
    version,
    options,
    checks: { venue: nonEmptyString },
  });
  const updates = meter.counter(trading${pascal}Updates);
  const requests = meter.histogram(trading${pascal}RequestDuration);
  const common = { [ATTR_TRADING_VENUE]: options?.venue };

  return {
    updated(update) {
      meter.attempt(${constant}, () => {
        const { symbol } = update;
        updates.add(1, { ...common, [ATTR_TRADING_SYMBOL]: symbol });
      });
    },
    request: createTiming(requests, common),
  };
}
`;
}

function instrumentationTest({ domain, pascal, camel, namespace }: DomainNames): string {
  return `import { ConfigurationError } from '@trademeter/instrumentation';
import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { instrument${pascal} } from './index.ts';

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: 0 };
  const ${camel} = instrument${pascal}({
    venue: 'binance',
    meterProvider: telemetry.meterProvider,
    now: () => clock.milliseconds,
  });
  return { telemetry, clock, ${camel} };
}

test('counts updates by venue and symbol', async () => {
  const { telemetry, ${camel} } = setUp();

  ${camel}.updated({ symbol: 'BTC/USDT' });
  ${camel}.updated({ symbol: 'BTC/USDT' });
  ${camel}.updated({ symbol: 'ETH/USDT' });

  const updates = (symbol: string) =>
    telemetry.value('trading.${namespace}.updates', { 'trading.venue': 'binance', 'trading.symbol': symbol });
  expect(await updates('BTC/USDT')).toBe(2);
  expect(await updates('ETH/USDT')).toBe(1);
});

test('times requests, also those that fail', async () => {
  const { telemetry, clock, ${camel} } = setUp();

  const answer = ${camel}.request.time(() => {
    clock.milliseconds += 250;
    return 'answer';
  });
  expect(() =>
    ${camel}.request.time(() => {
      clock.milliseconds += 1_000;
      throw new TypeError('no answer');
    }),
  ).toThrow('no answer');

  expect(answer).toBe('answer');
  const durations = await telemetry.series('trading.${namespace}.request.duration');
  expect(durations.map(({ attributes, value }) => [attributes['error.type'], value])).toEqual([
    [undefined, 0.25],
    ['TypeError', 1],
  ]);
});

test('an update that cannot be read is dropped, and counted as dropped', async () => {
  const { telemetry, ${camel} } = setUp();

  expect(() => ${camel}.updated(undefined as never)).not.toThrow();

  expect(await telemetry.series('trading.${namespace}.updates')).toEqual([]);
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
});

test.each<[string, unknown, string]>([
  ['venue', '', 'venue must be a non-empty string, got ""'],
  ['now', 5, 'now must be a function, got 5'],
  ['strategy', 'momentum', 'there is no option strategy'],
])('the option %s set to %j is refused', (option, value, message) => {
  const create = () => instrument${pascal}({ [option]: value });
  expect(create).toThrow(ConfigurationError);
  expect(create).toThrow(\`[trademeter/instrumentation-${domain}] \${message}\`);
});
`;
}

function contractTest({ domain, pascal, camel }: DomainNames): string {
  return `import { ${camel}Metrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrument${pascal} } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-${domain}',
    version,
    metrics: ${camel}Metrics,
    instrument: (options) => instrument${pascal}({ venue: 'binance', ...options }),
    recordAll(${camel}) {
      ${camel}.updated({ symbol: 'BTC/USDT' });
      ${camel}.request.time(() => undefined);
    },
    callers: { 'request.time': (${camel}, fn) => ${camel}.request.time(fn) },
  },
);
`;
}

function trial({ domain, pascal, camel }: DomainNames): string {
  return `// Records the metrics of the package every second until Ctrl+C.
import { startTelemetry } from '@trademeter/sdk';
import { instrument${pascal} } from '../src/index.ts';

const telemetry = await startTelemetry({ serviceName: 'try-${domain}' });
const ${camel} = instrument${pascal}({ venue: 'binance' });

setInterval(() => {
  ${camel}.updated({ symbol: 'BTC/USDT' });
  void ${camel}.request.time(async () => 'answer');
}, 1_000);
console.log(telemetry.endpoints[0]?.url ?? 'the metrics are not served');
`;
}

function readme({ domain, words, pascal, camel, namespace }: DomainNames): string {
  return `# @trademeter/instrumentation-${domain}

OpenTelemetry metrics for the ${words} of a trading bot: the updates that it receives, and how long its requests take.

\`\`\`sh
npm install @trademeter/instrumentation-${domain} @trademeter/sdk @opentelemetry/api@1.10
\`\`\`

\`\`\`ts run
import { instrument${pascal} } from '@trademeter/instrumentation-${domain}';
import { startTelemetry } from '@trademeter/sdk';

const telemetry = await startTelemetry({
  serviceName: 'bot',
  exporters: [{ type: 'prometheus', port: 0, withoutScopeInfo: true }],
});
const ${camel} = instrument${pascal}({ venue: 'binance' });

${camel}.updated({ symbol: 'BTC/USDT' });
await ${camel}.request.time(async () => 'answer');

const metrics = await (await fetch(telemetry.endpoints[0].url)).text();
console.log(metrics.match(/^trading_(?!.*(_bucket|_sum)).*$/gm)?.join('\\n'));
\`\`\`

It prints:

\`\`\`
trading_${namespace}_request_duration_seconds_count{trading_venue="binance"} 1
trading_${namespace}_updates_total{trading_symbol="BTC/USDT",trading_venue="binance"} 1
\`\`\`

The metrics: [${words}](../../docs/semantic-conventions/${domain}.md). Everything else works [as in every instrumentation](../../docs/instrumentations.md).

## Verbs

<!-- Written from ${pascal}Metrics in packages/instrumentation-${domain}/src/instrument-${domain}.ts by \`pnpm generate\`. -->
<!-- End of what is written. -->

\`request\` has the [three ways to time](../../docs/instrumentations.md#durations).

## Options

<!-- Written from ${pascal}Options in packages/instrumentation-${domain}/src/instrument-${domain}.ts by \`pnpm generate\`. -->
<!-- End of what is written. -->
`;
}
