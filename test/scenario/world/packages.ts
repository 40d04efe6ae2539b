import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import { build } from 'esbuild';

/** The entries of the packages that stories are told with, by the name that a process has them under. */
export const ENTRIES = {
  core: '@sightglass/core',
  authors: '@sightglass/core/authors',
  endpoint: '@sightglass/core/endpoint',
  metrics: '@sightglass/core/metrics',
  processes: '@sightglass/core/processes',
  service: '@sightglass/core/service',
  pipeline: '@sightglass/pipeline',
  scheduler: '@sightglass/scheduler',
  worker: '@sightglass/worker',
} as const;

/** What a host imports of the packages. */
export interface Packages {
  readonly core: typeof import('@sightglass/core');
  readonly authors: typeof import('@sightglass/core/authors');
  readonly endpoint: typeof import('@sightglass/core/endpoint');
  readonly metrics: typeof import('@sightglass/core/metrics');
  readonly processes: typeof import('@sightglass/core/processes');
  readonly service: typeof import('@sightglass/core/service');
  readonly pipeline: typeof import('@sightglass/pipeline');
  readonly scheduler: typeof import('@sightglass/scheduler');
  readonly worker: typeof import('@sightglass/worker');
}

/** The clocks of a story stand still while it is told, however busy the machine is: what limits the time of real work waits so many times longer. */
const PATIENCE = 100;
const patiently = (late: (...given: unknown[]) => void, ms: number, ...given: unknown[]) =>
  setTimeout(late, Math.min(ms * PATIENCE, 2 ** 31 - 1), ...given);

/** Evaluates modules anew: nothing is shared with what was evaluated before. */
export type Evaluate<T> = () => T;

/** The packages' sources. */
export const packages: Promise<Evaluate<Packages>> = bundled<Packages>(ENTRIES);

/**
 * Modules of one's own with the packages that they import, by name. They are one script, as a bundler makes of a service: stories have some two thousand
 * processes, and to import three hundred modules for each would be most of what they take.
 */
export async function bundled<T>(entries: { readonly [name in keyof T]: string }): Promise<Evaluate<T>> {
  const contents = Object.entries(entries).map(([name, from]) => `export * as ${name} from '${from}';`);
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightglass/source'],
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    sourcemap: 'inline',
    plugins: [
      {
        name: 'ours-alone',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path }) =>
            path.startsWith('@sightglass/') ? undefined : { path, external: true },
          ),
      },
    ],
  });
  const script = new Script(`(function (module, require, setTimeout) {${outputFiles[0]!.text}\n})`, {
    filename: 'packages.cjs',
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const require = createRequire(import.meta.url);
  return () => {
    const module = { exports: {} as T };
    script.runInThisContext()(module, require, patiently);
    return module.exports;
  };
}
