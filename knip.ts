import type { KnipConfig } from 'knip';
import { programsIn } from './packages/workspace-tools/src/documents/readme-programs.ts';

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
    'packages/workspace-tools': {
      entry: [
        'README.md',
        'src/version-files.ts',
        'src/documents/write-parts.ts',
        'src/layers/{bundle,project-references}.ts',
        'src/packed/setup.ts',
        'consumers/**/*.test.ts',
      ],
      // what the consumers' projects hold is installed there
      project: ['src/**/*.ts', 'consumers/**/*.test.ts'],
      // run from where they are installed, or imported by programs in docs
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint', '@trademeter/instrumentation-risk'],
    },
    'packages/integration-tests': {
      // the processes that tests start
      entry: [
        'README.md',
        'tests/**/*.test.ts',
        'tests/outside-services.ts',
        'tests/attacked-server.ts',
        'tests/database-bot.ts',
        'tests/faults/bot.ts',
      ],
      project: ['**/*.ts'],
    },
    'examples/feature-cache': {
      entry: ['README.md', 'src/main.ts'],
    },
    'examples/venues': {
      // programs that the tests run
      entry: ['README.md', 'src/*/bot.ts'],
    },
    'examples/migrations': {
      // the last three are programs that the tests run
      entry: ['README.md', 'src/extract-inventory.ts', 'src/guide/{run-rows,setup}.ts', 'src/programs/*.ts'],
    },
    'packages/benchmarks': {
      // the processes that are measured
      entry: ['README.md', 'src/{scraped,recorded,remembered,pushed}.ts', 'src/starts/*.js'],
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
