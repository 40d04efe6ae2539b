import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

/**
 * One build for every package: ESM and CommonJS with declarations, Node 20 syntax, sources kept beside the output.
 * `import.meta.url` works in both formats. Entries share chunks, so that two entries of a package never carry two copies of the same module; dependencies and peers stay outside.
 */
export const build = (entry: Record<string, string>): Options => ({
  entry,
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  dts: true,
  tsconfig: fileURLToPath(new URL('./tsconfig.build.json', import.meta.url)),
  sourcemap: true,
  splitting: true,
  shims: true,
  clean: true,
});
