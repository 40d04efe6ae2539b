import { defineConfig } from 'vitest/config';

/** Tests read the packages' sources (the `@sightglass/source` condition): no build step stands between an edit and its test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@sightglass/source', 'module', 'node', 'default'] } },
  resolve: { conditions: ['@sightglass/source', 'module', 'node', 'default'] },
  test: {
    // The longest files wait for servers rather than compute; by default a machine with two cores would run one at a time.
    maxWorkers: 3,
    // Limits for what hangs, not measures of speed: a loaded machine is many times slower. No test has one of its own, unless it is about one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    setupFiles: ['test/tools/patience.ts'],
    include: [
      'packages/*/src/**/*.test.ts',
      'rules/src/**/*.test.ts',
      'dashboards/src/**/*.test.ts',
      'docs/src/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    typecheck: {
      enabled: true,
      include: ['packages/*/src/**/*.test-d.ts', 'rules/src/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
  },
});
