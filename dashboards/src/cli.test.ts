import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderDashboards } from './render.ts';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightglass-dashboards-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) =>
    execFile(process.execPath, ['--conditions=@sightglass/source', cli, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );

test('render writes every dashboard, with the thresholds, labels and address that it is given', async () => {
  const out = join(folder, 'deep', 'grafana');
  const file = join(folder, 'thresholds.yml');
  writeFileSync(file, 'offload_consecutive_failures_critical: 5\n');
  const outcome = await run(
    ...['render', '--out', out, '--thresholds', file],
    ...['--selector', 'namespace=prod', '--selector', 'region=eu'],
    ...['--runbook-base-url', 'https://runbooks.example/', '--scope', 'team', '--scope', 'stage'],
  );
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const expected = renderDashboards({
    thresholds: { offload_consecutive_failures_critical: 5 },
    selector: { namespace: 'prod', region: 'eu' },
    runbookBaseUrl: 'https://runbooks.example',
    scope: ['team', 'stage'],
  });
  expect(readdirSync(out).sort()).toEqual(expected.map(({ file: name }) => name).sort());
  for (const { file: name, json } of expected) {
    expect(readFileSync(join(out, name), 'utf8')).toBe(json);
    expect(outcome.stdout).toContain(name);
  }
});

test('every mistake of a command line is named at once, and nothing is written', async () => {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, '{"no_such_threshold": 1, "offload_cycle_slow_ratio": "half"}');
  const outcome = await run(
    'print',
    '--selector',
    'namespace',
    '--thresholds',
    file,
    '--runbook-base-url',
    'x',
    '--scope',
    'instance',
  );
  expect(outcome).toMatchObject({ code: 2, stdout: '' });
  for (const mistake of [
    'the only command is "render"',
    '--out must name a folder',
    '--selector "namespace" is not LABEL=VALUE',
    'there is no threshold "no_such_threshold"',
    '"offload_cycle_slow_ratio" is not a number',
    '--runbook-base-url "x" is not an http or https URL',
    '--scope: No scope labels: "instance"',
  ]) {
    expect(outcome.stderr).toContain(mistake);
  }
});

test('an unknown option, a missing file and a folder that can not be made are told apart', async () => {
  const [unknown, missing, blocked, help] = await Promise.all([
    run('render', '--out', folder, '--colour', 'red'),
    run('render', '--out', folder, '--thresholds', join(folder, 'nowhere.yml')),
    run('render', '--out', join(cli, 'folder')),
    run('--help'),
  ]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("'--colour'") });
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.yml" can not be read') });
  expect(blocked).toMatchObject({ code: 1, stderr: expect.stringContaining('Could not write to') });
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: sightglass-dashboards') });
});
