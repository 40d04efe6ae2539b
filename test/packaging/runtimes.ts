import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Bun and Deno, as npm brings them: the package of this kind of machine that has the program, and where in it. */
const RUNTIMES = {
  x64: {
    Bun: { name: '@oven/bun-linux-x64-baseline', version: '1.4.5', program: 'bin/bun', run: [] },
    Deno: { name: '@deno/linux-x64-glibc', version: '2.9.6', program: 'deno', run: ['run', '--allow-all'] },
  },
  arm64: {
    Bun: { name: '@oven/bun-linux-aarch64', version: '1.4.5', program: 'bin/bun', run: [] },
    Deno: { name: '@deno/linux-arm64-glibc', version: '2.9.6', program: 'deno', run: ['run', '--allow-all'] },
  },
} as const;

export type RuntimeName = 'Bun' | 'Deno';

/** None where they can't be had in this way. */
const here =
  process.platform === 'linux' && process.arch in RUNTIMES
    ? RUNTIMES[process.arch as keyof typeof RUNTIMES]
    : undefined;

export const RUNTIME_PACKAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(here ?? {}).map(({ name, version }) => [name, version]),
);

/** The command that runs a file, from the folder where all is installed. Throws where the runtime is not to be had. */
export function runtimeCommand(folder: string, runtime: RuntimeName): readonly [string, ...string[]] {
  if (here === undefined)
    throw new Error(`${runtime} can't be installed on ${process.platform} ${process.arch}`);
  const { name, program, run } = here[runtime];
  const path = join(folder, 'node_modules', name, program);
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return [path, ...run];
}
