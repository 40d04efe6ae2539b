// @ts-check
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, foreground, say } from './process.mjs';
import { snapshot } from './snapshot.mjs';
import { runTests } from './totals.mjs';

/** Folders that hold generated files, which are committed. */
const generated = [
  'rules/prometheus',
  'rules/alertmanager',
  'rules/openslo',
  'rules/airflow',
  'dashboards/grafana',
  'docs',
  'examples/stack/prometheus/rules',
  'examples/stack/alertmanager',
  'examples/stack/grafana/dashboards',
];

/**
 * Everything that has to hold before a change lands, one stage after the other; the first that fails ends the run. It is the tests that build the
 * packages, for their tarballs.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env with Node 24 and the workspace's tools first on its PATH
 * @param {readonly string[]} args for vitest
 */
export async function runStages(root, env, args) {
  /** @param {string} name @param {string} command @param {...string} rest */
  const stage = async (name, command, ...rest) => {
    say(`${name}: ${[command, ...rest].join(' ')}`);
    const code = await foreground(command, rest, { cwd: root, env });
    if (code !== 0) throw new Failure(`${name} failed`);
  };
  await stage('types', 'tsc', '-p', '.');
  await stage('lint', 'biome', 'ci', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.');
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (scripts.generate) {
    const before = await snapshot(root, generated);
    await stage('generated files', 'pnpm', 'generate');
    const after = await snapshot(root, generated);
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (file) => before.get(file) !== after.get(file),
    );
    if (changed.length > 0)
      throw new Failure(`generated files failed: run pnpm generate and commit ${changed.join(', ')}`);
  }
  say('tests: vitest run');
  await runTests(root, env, args);
}
