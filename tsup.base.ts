import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

/**
 * One build for every package: ESM and CommonJS with declarations, Node 20 syntax, sources kept beside the output.
 * `import.meta.url` works in both formats; `__filename` must not be written, since a bundler that makes CommonJS of our ES modules breaks what tsup puts
 * in its place. No file names the folder that it was built in, so that the same sources give the same bytes everywhere.
 * Entries share chunks, so that two entries of a package never carry two copies of the same module; dependencies and peers stay outside.
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
  plugins: [relativeSources],
});

/** Splitting CommonJS writes the absolute path of a file into its map, as its name and as one of its sources. */
const relativeSources: NonNullable<Options['plugins']>[number] = {
  name: 'relative-sources',
  buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter((file) => file.name.endsWith('.map'))) {
      const file = resolve(name);
      const map = JSON.parse(readFileSync(file, 'utf8')) as { file?: string; sources: string[] };
      const sources = map.sources.map((source) =>
        isAbsolute(source) ? relative(dirname(file), source).split(sep).join('/') : source,
      );
      writeFileSync(file, JSON.stringify({ ...map, file: basename(file, '.map'), sources }));
    }
  },
};
