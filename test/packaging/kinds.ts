import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { fillOnce } from '../../scripts/lib/cache.mjs';
import { GENERATIONS, installedService } from './generations.ts';
import { packagingDir } from './packed.ts';
import { RUNTIME_PACKAGES } from './runtimes.ts';

/** The newest Node and SDK. */
const NEWEST = GENERATIONS[0]!;
export const NODE = NEWEST.node();

/** What the services of the kinds are made of. All are in one installation, so that a run has one more and not four. */
const dependencies = {
  ...NEWEST.dependencies,
  ...RUNTIME_PACKAGES,
  '@nestjs/common': '11.2.10',
  '@nestjs/core': '11.2.10',
  '@nestjs/platform-express': '11.2.10',
  '@nestjs/schedule': '6.1.3',
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-json': '6.1.0',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@types/pg': '8.23.1',
  '@types/react': '19.3.3',
  bullmq: '6.7.0',
  croner: '11.0.1',
  esbuild: '0.28.2',
  fastify: '5.12.8',
  ioredis: '6.0.0',
  next: '16.4.6',
  'node-cron': '4.6.0',
  pg: '8.23.1',
  react: '19.3.1',
  'react-dom': '19.3.1',
  'reflect-metadata': '0.2.2',
  rollup: '4.68.8',
  rxjs: '7.8.2',
  typescript: '5.9.3',
  webpack: '5.113.0',
};

/** The folder of the services, compiled, beside their packages; made once for the same sources. */
export async function installedKinds(): Promise<string> {
  const folder = await installedService({ folder: 'kinds', nodeMajor: NEWEST.nodeMajor, dependencies });
  await cp(join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
  await run(folder, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.kinds.json');
  return folder;
}

/** The command of each bundler that makes one CommonJS file of the function. */
const BUNDLERS = {
  esbuild: (outfile: string) => [
    'node_modules/esbuild/bin/esbuild',
    'function/function.cts',
    '--bundle',
    '--minify',
    '--platform=node',
    '--format=cjs',
    '--log-level=warning',
    `--outfile=${outfile}`,
  ],
  webpack: (outfile: string) => ['function/webpack.cjs', outfile],
  Rollup: (outfile: string) => [
    'node_modules/rollup/dist/bin/rollup',
    'function/function.cjs',
    '--plugin=node-resolve={preferBuiltins:true,exportConditions:["node"]}',
    '--plugin=commonjs',
    '--plugin=json',
    '--format=cjs',
    '--inlineDynamicImports',
    '--silent',
    `--file=${outfile}`,
  ],
};

export type Bundler = keyof typeof BUNDLERS;

/** Bundles the function to one CommonJS file. It is all that there is in the folder that it is written to. */
export const bundleFunction = (bundler: Bundler, folder: string, outfile: string): Promise<void> =>
  run(folder, ...BUNDLERS[bundler](outfile));

const NEXT_SOURCES = join(import.meta.dirname, 'fixtures/next');

/** Builds the Next application, once for the same sources, and gives what Next calls standalone: its server and the packages that the build has found. */
export async function nextStandalone(folder: string): Promise<string> {
  const sources = createHash('sha256').update(JSON.stringify(dependencies));
  for (const file of globSync('**/*.*', { cwd: NEXT_SOURCES }).sort())
    sources.update(file).update(readFileSync(join(NEXT_SOURCES, file)));
  const find = async (out: string) => (existsSync(join(out, 'next/server.js')) ? out : undefined);
  return fillOnce(join(packagingDir(), `next-${sources.digest('hex').slice(0, 16)}`), find, async (out) => {
    await run(join(folder, 'next'), '../node_modules/next/dist/bin/next', 'build');
    await cp(join(folder, 'next/.next/standalone'), out, { recursive: true, verbatimSymlinks: true });
  });
}

async function run(cwd: string, ...args: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH, NEXT_TELEMETRY_DISABLED: '1' };
  const { code, stdout, stderr } = await runProgram(NODE, args, { cwd, env });
  if (code !== 0) throw new Error(`${args[0]} failed:\n${stdout}\n${stderr}`);
}
