import type { Options } from 'tsup';

/** One build for every package: ESM and CommonJS with declarations, Node 20 syntax, sources kept beside the output. */
export const build = (entry: Record<string, string>): Options => ({
  entry,
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  dts: { compilerOptions: { customConditions: [], ignoreDeprecations: '6.0' } },
  sourcemap: true,
  splitting: true,
  clean: true,
});
