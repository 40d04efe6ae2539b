import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tests from '../../vitest.config.ts';

/** The answers for the pictures of the dashboards (dashboards/preview/README.md): made when a picture is wanted, not in every run of the tests. */
export default defineConfig({
  ...tests,
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: { include: ['test/panels/pictures.hunt.ts'], testTimeout: 0, hookTimeout: 0 },
});
