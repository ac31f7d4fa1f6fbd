import { defineConfig } from 'vitest/config';

const conditions = ['@trademeter/source', 'module', 'node', 'import', 'default'];
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    projects: [
      {
        ...sources,
        test: {
          name: 'unit',
          include: ['packages/*/{src,generator}/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
        },
      },
      {
        ...sources,
        test: {
          name: 'integration',
          include: ['packages/workspace-tests/integration/**/*.test.ts'],
          // gets the servers first, so that a missing one fails the run
          globalSetup: ['packages/workspace-tests/src/servers/install.ts'],
          setupFiles: ['packages/workspace-tests/integration/report-logs.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
