import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEndpoint } from '@sightglass/core/endpoint';
import { declareOffload } from '@sightglass/pipeline';
import { afterAll, expect, test } from 'vitest';
import { renderAlertmanagerFiles, renderOpenSlo, renderRules } from '../index.ts';
import { run } from './run.ts';
import { COMMAND_NAMES, usageOf } from './usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(args, {
    out: (piece) => void out.push(piece),
    err: (piece) => void err.push(piece),
    folder,
  });
  return { status, out: out.join(''), err: err.join('') };
}

test('render writes the files that the function gives', async () => {
  writeFileSync(join(folder, 'thresholds.yaml'), 'offload_cycle_slow_ratio: 0.8\n');
  const { status, out } = await cli(
    ...['render', '--out', 'made/here', '--thresholds', 'thresholds.yaml', '--target', 'job="x"'],
    ...['--selector', 'namespace=prod', '--selector', 'team=a=b', '--scale', '2'],
    ...['--runbook-base-url', 'https://r.example.org', '--dashboard-base-url', 'https://g.example.org'],
  );
  expect(status).toBe(0);
  const files = renderRules({
    thresholds: { offload_cycle_slow_ratio: 0.8 },
    target: 'job="x"',
    selector: { namespace: 'prod', team: 'a=b' },
    scale: 2,
    runbookBaseUrl: 'https://r.example.org',
    dashboardBaseUrl: 'https://g.example.org',
  });
  expect(readdirSync(join(folder, 'made/here'))).toEqual(
    ['alertmanager', ...files.map(({ file }) => file)].sort(),
  );
  for (const { file, yaml } of files) {
    expect(readFileSync(join(folder, 'made/here', file), 'utf8')).toBe(yaml);
    expect(out).toContain(`${join('made/here', file)}\n`);
  }
});

test('render writes where alerts go, with the channels of an installation and the waits of the scale', async () => {
  writeFileSync(join(folder, 'routing.yaml'), "criticalChannel: '#oncall'\nsecretsFolder: /run/secrets\n");
  const { status, out } = await cli(
    'render',
    '--out',
    'routed',
    '--routing',
    'routing.yaml',
    '--scale',
    '60',
  );
  expect(status).toBe(0);
  expect(out).toContain('routed/alertmanager/templates/sightglass.tmpl\n');
  const options = { criticalChannel: '#oncall', secretsFolder: '/run/secrets', scale: 60 };
  for (const { file, text } of renderAlertmanagerFiles(options))
    expect(readFileSync(join(folder, 'routed/alertmanager', file), 'utf8')).toBe(text);
});

test.each([
  [
    ['--scope', 'region', '--scope', 'tenant'],
    ['region', 'tenant'],
  ],
  [['--scope', 'none', '--scope', ''], []],
])('render hands %j to the rules, the routing and the OpenSLO documents', async (args, scope) => {
  expect((await cli('render', '--out', 'scoped', '--selector', 'team=a', ...args)).status).toBe(0);
  const read = (file: string) => readFileSync(join(folder, 'scoped', file), 'utf8');
  const context = { scope, selector: { team: 'a' } };
  for (const { file, yaml } of renderRules(context)) expect(read(file)).toBe(yaml);
  for (const { file, text } of renderAlertmanagerFiles(context))
    expect(read(join('alertmanager', file))).toBe(text);
  for (const { file, yaml } of renderOpenSlo(context)) expect(read(join('openslo', file))).toBe(yaml);
});

test('render renames the alerts on a job as a preset does, under its own name or another', async () => {
  const { status } = await cli('render', '--out', 'preset', '--preset', 'pricing-sync=price-refresh');
  expect(status).toBe(0);
  const read = (file: string) => readFileSync(join(folder, 'preset', file), 'utf8');
  expect(read('pricing-sync.yml')).toContain('alert: PricingSyncSchedulerStopped');
  expect(read('pricing-sync.yml')).toContain('{job_name="price-refresh"}');
  expect(read('jobs.yml')).toContain('{job_name!="price-refresh"}');
  expect(read('aliases.yml')).toContain('job_runs_total{job_name="price-refresh"');
  await cli('render', '--out', 'default', '--preset', 'pricing-sync');
  expect(readFileSync(join(folder, 'default/pricing-sync.yml'), 'utf8')).toContain(
    '{job_name="pricing-sync"}',
  );
});

test.each([
  [['--preset', 'pricing'], 'there is no preset "pricing"; there are pricing-sync, air-quality'],
  [['--preset', 'pricing-sync='], 'the preset "pricing-sync" needs the name of its job_name'],
  [
    ['--preset', 'air-quality=gold'],
    'the preset "air-quality" needs the names of its things, by dataset and dag_id',
  ],
  [
    ['--preset', 'air-quality=table=gold'],
    'the preset "air-quality" speaks of no table; of dataset and dag_id',
  ],
  [['--preset', 'air-quality=dataset='], 'the preset "air-quality" needs the name of its dataset'],
  [['--routing', 'wrong-routing.yaml'], 'there is no routing option "channel"'],
])('render refuses %j', async (args, message) => {
  writeFileSync(join(folder, 'wrong-routing.yaml'), 'channel: ops\n');
  const { status, err } = await cli('render', '--out', 'refused', ...args);
  expect(status).toBe(1);
  expect(err).toContain(message);
  expect(readdirSync(folder)).not.toContain('refused');
});

test('an unknown threshold lists those that there are, and nothing is written', async () => {
  writeFileSync(join(folder, 'wrong.json'), '{"offload_lag": 3}');
  const { status, err } = await cli('render', '--out', 'unwritten', '--thresholds', 'wrong.json');
  expect(status).toBe(1);
  expect(err).toMatch(/there is no threshold "offload_lag"; there are .*offload_lag_elevated_ratio/);
  expect(readdirSync(folder)).not.toContain('unwritten');
});

test.each([
  [[], 'a command is needed'],
  [['rendr'], 'there is no command "rendr"; there are render, check, list, doctor'],
  [['render'], 'render needs --out DIR'],
  [['render', '--out', 'x', '--speed', '3'], "Unknown option '--speed'"],
  [['render', '--out', 'x', '--selector', 'prod'], '--selector must be LABEL=VALUE, not "prod"'],
  [['doctor'], 'doctor needs one URL'],
  [['doctor', 'localhost:9464'], 'doctor needs an http or https URL, not "localhost:9464"'],
])('wrong usage is said in one line, and where the right one is: %j', async (args, message) => {
  const { status, out, err } = await cli(...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
  const known = args[0] === 'render' || args[0] === 'doctor' ? `${args[0]} ` : '';
  expect(err.split('\n').slice(-2)).toEqual([`See: sightglass ${known}--help`, '']);
  expect(err.split('\n').length).toBeLessThan(5);
});

test.each([
  ['thresholds.json', '{', /can not be read/],
  ['list.yaml', '- 1', /must be an object of keys and values/],
])('a threshold file that is none is refused: %s', async (file, text, message) => {
  writeFileSync(join(folder, file), text);
  const { status, err } = await cli('render', '--out', 'x', '--thresholds', file);
  expect(status).toBe(1);
  expect(err).toMatch(message);
});

test('--help prints all commands, and behind a command what that one takes', async () => {
  const all = await cli('--help');
  expect(await cli('help')).toEqual(all);
  const one = await cli('render', '--help');
  expect(await cli('help', 'render')).toEqual(one);
  for (const { status, out } of [all, one]) {
    expect(status).toBe(0);
    expect(out).toContain('--thresholds');
    expect(out).toContain('Exit status:');
  }
  expect(all.out).toContain('backtest --prometheus');
  expect(one.out).not.toContain('backtest');
});

test('list names alerts, recorded series and thresholds with their reasons', async () => {
  const { status, out } = await cli('list');
  expect(status).toBe(0);
  expect(out).toContain('  critical  IcebergOffloadLagCritical: ');
  expect(out).toContain('  recorded  layer_table:offload_lag_seconds:last_known\n');
  expect(out).toMatch(/offload_watermark_stale_seconds = 3600 \(seconds\)\n {6}004-A4/);
});

test('doctor says of a real service what can work, and what the rest waits for', async () => {
  declareOffload({ layer: 'doctor', tables: ['trades'], intervalSeconds: 60 });
  const endpoint = await startEndpoint({ port: 0 });
  try {
    installDashboards();
    const { status, out } = await cli('doctor', endpoint.url!, '--all');
    expect(
      await cli(
        'doctor',
        endpoint.url!,
        '--all',
        '--dashboards',
        'node_modules/@sightglass/dashboards/grafana',
      ),
    ).toMatchObject({ out });
    expect(out).toMatch(
      /^Alerts: \d+ can work, \d+ wait for something, 0 can not work, \d+ are not for this service$/m,
    );
    expect(out).toMatch(/^ {2}works {3}IcebergOffloadSchedulerDown$/m);
    expect(out).toMatch(
      /^ {2}waits {3}IcebergOffloadLagCritical\n(.+\n)* +offload_watermark_timestamp_seconds appears after the first watermark$/m,
    );
    expect(out).toMatch(
      /^ {2}unused {2}JobStuck\n(.+\n)* +job_run_started_timestamp_seconds is not used here: declareJob\(\) exports it$/m,
    );
    expect(out).toMatch(/^ {2}works {3}Test: Interval$/m);
    expect(out).toMatch(/^ {2}works {3}Test: Through a recording$/m);
    expect(status).toBe(0);
  } finally {
    await endpoint.close();
  }
});

test('doctor names what a service lacks for good, and fails', async () => {
  const server = createServer((_, response) => response.end('# a service without an offload\nup_since 1\n'));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { status, out } = await cli('doctor', `http://localhost:${port}/`);
    expect(status).toBe(1);
    expect(out).toMatch(
      /^ {2}blind {3}IcebergOffloadSchedulerDown\n +offload_interval_seconds is missing: declareOffload\(\) exports it$/m,
    );
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('doctor says why it can not read a page', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/metrics' ? 401 : 200;
    response.end('<html></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await cli('doctor', `http://localhost:${port}`)).toMatchObject({
    status: 1,
    err: expect.stringContaining('it answers 401'),
  });
  expect(await cli('doctor', `http://localhost:${port}/page`)).toMatchObject({
    status: 1,
    err: expect.stringContaining('this is no line of metrics: <html></html>'),
  });
  await new Promise((resolve) => server.close(resolve));
  expect(await cli('doctor', `http://localhost:${port}`)).toMatchObject({
    status: 1,
    err: expect.stringContaining('can not be read'),
  });
});

/** A dashboards package as `npm install` would put it beside the host's other dependencies. */
function installDashboards(): void {
  const installed = join(folder, 'node_modules/@sightglass/dashboards');
  mkdirSync(join(installed, 'grafana'), { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{}');
  const panel = (title: string, expr: string) => ({ title, targets: [{ expr }] });
  const panels = [
    panel('Interval', 'max by (layer) (offload_interval_seconds{layer=~"$layer"})'),
    { title: 'Row', panels: [panel('Through a recording', 'layer_status:offload_cycles:rate_window')] },
  ];
  writeFileSync(join(installed, 'grafana/test.json'), JSON.stringify({ title: 'Test', panels }));
}

test.each(COMMAND_NAMES)('the help of %s names every option that it reads', (command) => {
  const sourceOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const source = sourceOf(`${command}-command.ts`);
  // What `check` takes is what `render` takes, and its help says so.
  const options = [source, /\.\.\.INSTALLATION_OPTIONS/.test(source) ? sourceOf('installation.ts') : '']
    .flatMap((text) => [...text.matchAll(/'?([a-z][a-z-]*)'?: \{ type: '(?:string|boolean)'/g)])
    .map(([, name]) => `--${name}`);
  expect(source).toContain('parseArgs(');
  for (const option of options) expect(usageOf(command)).toMatch(new RegExp(`${option}(?![\\w-])`));
});

test('check fails on each thing that is wrong, and says it', async () => {
  const rules = new URL('../index.ts', import.meta.url).pathname;
  let asked = 0;
  const checked = (alert: object) => {
    const file = `own-${++asked}.mjs`; // A module is loaded once.
    const options = JSON.stringify({ severity: 'warning', summary: 'Something.', ...alert });
    writeFileSync(
      join(folder, file),
      `import { alert, defineMixin, minutes, promql, up } from ${JSON.stringify(rules)};
       const one = alert('OwnDown', { expr: promql\`max by (job) (\${up}) == 0\`, for: minutes(5), ...${options} });
       export default { mixins: [defineMixin({ name: 'own', groups: () => [{ name: 'own', interval: minutes(1), rules: [one] }] })] };\n`,
    );
    return cli('check', '--config', file);
  };
  expect(await checked({})).toMatchObject({ status: 0, out: expect.stringMatching(/: nothing is wrong\n$/) });
  expect(await checked({ severity: 'critical' })).toMatchObject({
    status: 1,
    out: expect.stringMatching(/^OwnDown: it wakes somebody, and names no runbook\n[\s\S]*: 1 problem\n$/),
  });
  expect((await checked({ description: 'Of {{ $labels.pod }}.' })).status).toBe(1);
});
