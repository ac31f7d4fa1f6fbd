import type { KnipConfig } from 'knip';
import { programsIn } from './packages/workspace-tests/src/readme-programs.ts';

const config: KnipConfig = {
  // what a signature names is exported with it
  ignoreExportsUsedInFile: { interface: true, type: true },
  compilers: {
    // a documented program uses what it imports
    md: (text: string) =>
      programsIn(text)
        .map(({ source }) => source)
        .join('\n'),
  },
  workspaces: {
    '.': {
      project: ['*.ts'],
      // `pnpm check` runs them
      ignoreDependencies: ['oxlint', 'oxlint-tsgolint'],
    },
    'packages/*': {
      entry: ['README.md'],
    },
    'packages/exporter-prometheus': {
      entry: ['README.md'],
      // of the system
      ignoreBinaries: ['mkfifo'],
    },
    'packages/instrumentation-runtime': {
      // a program that its test runs
      entry: ['README.md', 'testdata/express-server.ts'],
    },
    'packages/sdk': {
      entry: ['README.md'],
      // of the system
      ignoreBinaries: ['mkfifo'],
      // loaded when they are installed
      ignoreDependencies: ['@opentelemetry/instrumentation-undici', '@trademeter/instrumentation-runtime'],
    },
    'packages/view': {
      // a browser loads the second
      entry: ['README.md', 'src/page/main.js'],
      project: ['src/**/*.{ts,js}'],
    },
    'packages/workspace-tests': {
      entry: [
        'README.md',
        'src/version-files.ts',
        'src/consumers/setup.ts',
        'consumers/**/*.test.ts',
        'integration/**/*.test.ts',
        'integration/outside-services.ts',
        'integration/attacked-server.ts',
        'integration/database-bot.ts',
        'integration/faults/bot.ts',
      ],
      // what the consumers' projects hold is installed there
      project: ['**/*.ts', '!consumers/**', 'consumers/**/*.test.ts'],
      // run from where they are installed, or imported by programs in docs
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint', /^@trademeter\/instrumentation/u],
    },
    'examples/feature-cache': {
      entry: ['README.md', 'src/main.ts'],
    },
    'examples/migrations': {
      entry: ['README.md', 'src/extract-inventory.ts', 'src/guide/run-rows.ts'],
      // imported by what the guide's rows are compiled to
      ignoreDependencies: [/^@trademeter\/(?:instrumentation|sdk)/u, '@opentelemetry/api'],
    },
    'packages/benchmarks': {
      // the processes that are measured
      entry: ['README.md', 'src/{scraped,recorded}.ts'],
    },
    'packages/alerts': {
      entry: ['README.md', 'generator/generate.ts', 'generator/**/*.test.ts'],
    },
    'packages/dashboards': {
      entry: ['README.md', 'generator/generate.ts', 'generator/**/*.test.ts'],
    },
    'packages/semantic-conventions': {
      entry: ['README.md', 'generator/generate.ts', 'generator/**/*.test.ts'],
    },
  },
};

export default config;
