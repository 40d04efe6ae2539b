import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files, in their order: one of them that began last would run alone. A fresh clone knows no durations. */
const LONGEST =
  /\/test\/(scenario\/scenario|live\/[\w-]+|scenario\/healthy|packaging\/(services|kinds)|slo\/\w+)\.test\.ts$|setup-guide\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Of the rules, those that start servers or record: another test's metrics would be on their page. */
const COMMANDS = ['cli', 'config', 'doctor', 'engine/http'].map((room) => `rules/src/${room}/**/*.test.ts`);

/** Tests read the packages' sources (the `@sightglass/source` condition): no build step stands between an edit and its test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@sightglass/source', 'module', 'node', 'default'] } },
  resolve: { conditions: ['@sightglass/source', 'module', 'node', 'default'] },
  test: {
    // The longest files wait for servers rather than compute: on two cores, which would run one at a time by default, five of them leave no core idle.
    maxWorkers: Math.max(5, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    // Limits for what hangs, not measures of speed: a loaded machine is many times slower. No test has one of its own, unless it is about one.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    expect: { poll: { timeout: 600_000 } },
    globalSetup: ['test/tools/run-folder.ts'],
    setupFiles: ['test/tools/patience.ts'],
    // What a test that passes logs, such as the failures that it makes, tells nobody anything.
    silent: 'passed-only',
    typecheck: {
      enabled: true,
      include: ['packages/*/src/**/*.test-d.ts', 'rules/src/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'runs',
          include: [
            'packages/*/src/**/*.test.ts',
            'docs/src/**/*.test.ts',
            'examples/*/src/**/*.test.ts',
            'test/**/*.test.ts',
            ...COMMANDS,
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'writes',
          include: ['rules/src/**/*.test.ts', 'dashboards/src/**/*.test.ts'],
          exclude: COMMANDS,
          // What ships is built from all mixins when it is imported, and nothing there changes it: once for a worker is enough.
          isolate: false,
          typecheck: { enabled: false },
        },
      },
    ],
  },
});
