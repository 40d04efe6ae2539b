import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type App, PACKAGE, runApp, runProgram } from './run-app.support.ts';

let app: App | undefined;

afterEach(async () => {
  app?.child.kill('SIGKILL');
  await app?.ended;
});

/** Node's resolution, without the named packages: as if they had never been installed. */
const WITHOUT = (...packages: string[]) => `
  import Module from 'node:module';
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) => {
    if (${JSON.stringify(packages)}.includes(name)) throw Object.assign(new Error('Cannot find module ' + name), { code: 'MODULE_NOT_FOUND' });
    return resolve(name, ...rest);
  };
`;
const REPORT = `
  const { counter, healthCheck } = await import('@sightglass/core');
  const { startTelemetry } = await import('@sightglass/core/setup');
  const telemetry = await startTelemetry({ serviceName: 'bare', port: 0 });
  counter('rows_total', { help: 'Rows.' }).add(42);
  healthCheck('database', () => {});
  const get = async (path) => (await fetch(telemetry.url + path)).text();
  console.log('REPORT ' + JSON.stringify({ problems: telemetry.problems, metrics: await get('/metrics'), ready: await get('/readyz'), health: await get('/health') }));
`;

interface Report {
  readonly problems: readonly string[];
  readonly metrics: string;
  readonly ready: string;
  readonly health: string;
}

async function report(
  code: string,
  env: { readonly [name: string]: string } = {},
): Promise<{ found: Report; output: string }> {
  app = runApp(code, env);
  expect(await app.ended).toEqual({ code: 0, signal: null });
  const line = app
    .output()
    .split('\n')
    .find((text) => text.startsWith('REPORT '));
  return { found: JSON.parse(line!.slice('REPORT '.length)), output: app.output() };
}

test('without sdk-node the endpoint serves our metrics, and the log says what to install', async () => {
  const { found, output } = await report(WITHOUT('@opentelemetry/sdk-node') + REPORT);
  expect(found.problems).toEqual([expect.stringContaining('npm install @opentelemetry/sdk-node')]);
  expect(output).toContain('"msg":"@opentelemetry/sdk-node is not installed');
  expect(found.metrics).toContain('\nrows_total 42\n');
  expect(found.metrics).toMatch(/target_info\{.*service_name="bare"/);
  expect(found.ready).toBe('ok\n');
});

test('without pino lines go to stderr as JSON, and say what to install', async () => {
  const { found, output } = await report(WITHOUT('pino') + REPORT);
  expect(found.problems).toEqual([expect.stringContaining('npm install pino')]);
  expect(output).toMatch(/^\{"level":"warn",.*"service":"bare".*npm install pino/m);
});

test('OTEL_SDK_DISABLED measures nothing, and the probes go on', async () => {
  const { found, output } = await report(REPORT, { OTEL_SDK_DISABLED: 'true' });
  expect(found).toMatchObject({ problems: [], metrics: '', ready: 'ok\n' });
  expect(JSON.parse(found.health)).toMatchObject({
    status: 'pass',
    checks: { database: { status: 'pass' } },
  });
  expect(output).toContain('OTEL_SDK_DISABLED is set');
});

test('A21: of the workers of a cluster with one port one has it, and the others say what that means', async () => {
  app = runProgram(
    ['--conditions=@sightglass/source', join(import.meta.dirname, 'clustered.support.ts')],
    PACKAGE,
  );
  await app.says('REPORT ');
  const { reports, answered } = JSON.parse(/REPORT (.*)/.exec(app.output())![1]!);
  expect(answered).toBe(1);
  expect(reports.filter(({ serves }: { serves: boolean }) => serves)).toHaveLength(1);
  for (const { serves, problems } of reports)
    expect(problems).toEqual(
      serves ? [] : [expect.stringMatching(/worker \d of a cluster, and another worker has the port/)],
    );
});
