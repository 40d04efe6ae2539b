// @ts-check
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './lib/install.mjs';
import { hostNode } from './lib/node.mjs';
import { providePnpm } from './lib/pnpm.mjs';
import { Failure, foreground } from './lib/process.mjs';
import { provision } from './lib/provision.mjs';
import { runStages } from './lib/stages.mjs';

/*
 * The two commands of a fresh clone, `npm run demo` and `npm test`, on any Node from 20. They bring the pinned pnpm,
 * the dependencies with the project's own Node, and the servers; what is there already is used as it is. `setup` stops after that;
 * `mutants` hunts mutants (test/mutation/README.md), `stories` tells all stories (test/scenario/README.md), `fuzz` calls every function of the packages a million times (test/fuzz).
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command = '', ...args] = process.argv.slice(2);

/** Where tests are that remember what they have seen to hold. */
const STORIES = ['test/scenario', 'test/slo', 'test/panels', 'test/airflow', 'rules/src/engine'];

/** The demos by name, and the example of each; without a name the first. @type {Record<string, string>} */
const DEMOS = {
  offload: 'offload',
  analytics: 'analytics-server',
  'air-quality': 'air-quality',
  'dag-sla': 'dag-sla',
};

/** @type {Record<string, (env: NodeJS.ProcessEnv) => Promise<void>>} */
const commands = {
  setup: async () => {},
  test: (env) => runStages(root, env, args),
  mutants: async (env) => {
    const hunt = ['run', '--config', 'test/mutation/vitest.config.ts'];
    const options = { ...env, SIGHTGLASS_MUTANTS: args.join(' ') };
    process.exitCode = await foreground('vitest', hunt, { cwd: root, env: options, stdio: 'inherit' });
  },
  stories: async (env) => {
    const told = ['run', '--typecheck.enabled=false', ...STORIES];
    const options = { ...env, SIGHTGLASS_STORIES: args.join(' ') || '--all' };
    process.exitCode = await foreground('vitest', told, { cwd: root, env: options, stdio: 'inherit' });
  },
  fuzz: async (env) => {
    const fuzz = ['--conditions=@sightglass/source', 'test/fuzz/main.ts', ...args];
    process.exitCode = await foreground('node', fuzz, { cwd: root, env, stdio: 'inherit' });
  },
  demo: async (env) => {
    const named = args[0]?.startsWith('-') === false;
    const [name = '', ...rest] = named ? args : ['offload', ...args];
    const example = DEMOS[name];
    if (example === undefined)
      throw new Failure(`npm run demo -- ${Object.keys(DEMOS).join(' | ')}, not ${name}`);
    const demo = ['--conditions=@sightglass/source', `examples/${example}/src/demo.ts`, ...rest];
    process.exitCode = await foreground('node', demo, { cwd: root, env, stdio: 'inherit' });
  },
};

try {
  const run = commands[command];
  if (!run) throw new Failure(`usage: node scripts/run.mjs ${Object.keys(commands).join(' | ')}`);
  const host = hostNode(root);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, SIGHTGLASS_HOST_NODE: host };
  if (!process.stdout.isTTY) env.NO_COLOR ??= '1';
  env.PATH = [await providePnpm(root), env.PATH].join(delimiter);
  // Side by side, as both wait for the network most of the time.
  const parts = await Promise.allSettled([installDependencies(root, env), provision(host)]);
  for (const part of parts) if (part.status === 'rejected') throw part.reason;
  env.PATH = [join(root, 'node_modules', '.bin'), env.PATH].join(delimiter);
  await run(env);
} catch (error) {
  // A disk that is full or read-only, a folder of somebody else: the system's own words say which.
  const isOfSystem = error instanceof Error && 'syscall' in error && 'path' in error;
  if (!(error instanceof Failure) && !isOfSystem) throw error;
  const advice = error instanceof Failure ? '' : ': free it, make it writable, or run from another place';
  process.stderr.write(`== ${error.message}${advice}\n`);
  process.exitCode = 1;
}
