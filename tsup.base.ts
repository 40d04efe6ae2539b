import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

/**
 * One build for every package: ESM and CommonJS with declarations, Node 20 syntax, sources kept beside the output.
 * Without shims: they write the builder's folder into source maps, and break where a bundler makes CommonJS of them. Entries share chunks, so that two entries of a package never carry two copies of the same module; dependencies and peers stay outside.
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
  clean: true,
});
