import { transform } from 'esbuild';
import { defineConfig, type Plugin } from 'vitest/config';

const conditions = ['@trademeter/source', 'module', 'node', 'import', 'default'];
// what polls has a minute on a slow machine, not the second that it has by default
const patient = { poll: { timeout: 60_000 } };
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Vitest's own transformer leaves standard decorators in, and no Node runs them yet. */
const decorators: Plugin = {
  name: 'decorators',
  enforce: 'pre',
  async transform(code, id) {
    if (!id.includes('decorators.test.ts')) return undefined;
    return transform(code, { loader: 'ts', target: 'es2024', sourcefile: id, sourcemap: true });
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...sources,
        plugins: [decorators],
        test: {
          name: 'unit',
          expect: patient,
          include: ['packages/*/{src,generator}/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
          // what hangs fails, what a busy machine is slow with does not
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...sources,
        test: {
          name: 'integration',
          expect: patient,
          include: ['packages/integration-tests/tests/**/*.test.ts'],
          // gets the servers first, so that a missing one fails the run
          globalSetup: ['packages/integration-tests/servers/install.ts'],
          setupFiles: ['packages/integration-tests/tests/report-logs.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'consumers',
          expect: patient,
          include: ['packages/workspace-tools/consumers/**/*.test.ts'],
          // packs the packages first
          globalSetup: ['packages/workspace-tools/src/packed/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
