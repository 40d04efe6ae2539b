import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type App, PACKAGE, runProgram } from './run-app.support.ts';

/** The bundler that tsup brings. */
const esbuild: {
  build(options: object): Promise<{ readonly warnings: readonly { readonly text: string }[] }>;
} = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild');

let app: App | undefined;
let folder: string | undefined;

afterEach(async () => {
  app?.child.kill('SIGKILL');
  await app?.ended;
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const APP = (options: string, imports = '') => `
  ${imports}
  import { counter } from '@sightglass/core';
  import { startTelemetry } from '@sightglass/core/setup';
  startTelemetry({ serviceName: 'bundled', port: 0 ${options} }).then(async (telemetry) => {
    counter('rows_total', { help: 'Rows.' }).add(42);
    const text = await (await fetch(telemetry.url + '/metrics')).text();
    telemetry.logger.info('logged');
    console.log('REPORT ' + JSON.stringify({ problems: telemetry.problems, counted: text.includes('rows_total 42') }));
  });
`;
/** By require: the ES module of the SDK can't be made CommonJS, since it reads its own address. */
const HAND_IN = "const sdk = require('@opentelemetry/sdk-node'); import pino from 'pino';";

/** Bundles an application into one file far from any node_modules, and runs it there. */
async function bundled(code: string, format: 'cjs' | 'esm', withModules = false) {
  folder = await mkdtemp(join(tmpdir(), 'bundled-'));
  const outfile = join(folder, format === 'cjs' ? 'app.cjs' : 'app.mjs');
  await esbuild.build({
    stdin: { contents: code, resolveDir: PACKAGE },
    bundle: true,
    platform: 'node',
    conditions: ['@sightglass/source'],
    format,
    outfile,
    logLevel: 'silent',
    ...(format === 'esm'
      ? {
          banner: {
            js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);",
          },
        }
      : {}),
  });
  if (withModules) await symlink(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
  app = runProgram([outfile], folder);
  expect(await app.ended).toEqual({ code: 0, signal: null });
  const output = app.output();
  return { output, report: JSON.parse(/REPORT (.*)/.exec(output)![1]!) };
}

test.each(['cjs', 'esm'] as const)(
  'A7: one bundled file (%s) starts, and says how to hand in what it can not look up',
  async (format) => {
    const { report, output } = await bundled(APP(''), format);
    expect(report).toEqual({
      counted: true,
      problems: [
        expect.stringContaining('startTelemetry({ pino })'),
        expect.stringContaining('startTelemetry({ sdk })'),
      ],
    });
    expect(output).toMatch(/^\{"level":"info",.*"msg":"logged"/m);
  },
);

test.each(['cjs', 'esm'] as const)(
  'A7: a bundled file (%s) finds what is installed where it runs',
  async (format) => {
    const { report } = await bundled(APP(''), format, true);
    expect(report).toEqual({ counted: true, problems: [] });
  },
);

test('A8: the SDK and pino are handed in, and bundled with the rest', async () => {
  const { report, output } = await bundled(APP(', sdk, pino', HAND_IN), 'cjs');
  expect(report).toEqual({ counted: true, problems: [] });
  expect(output).toMatch(/^\{"level":"info","time":".*"service":"bundled".*"msg":"logged"/m);
});
