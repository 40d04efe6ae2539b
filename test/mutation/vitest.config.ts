import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tests from '../../vitest.config.ts';

/** `pnpm mutants`: a hunt takes as long as it takes, and prints how far it is. */
export default defineConfig({
  ...tests,
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    include: ['test/mutants.hunt.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    disableConsoleIntercept: true,
  },
});
