import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  type PostSink,
  runProgram,
  startPostSink,
  startServerProcess,
} from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* What `docs/beside-opentelemetry.md` and `docs/bundles.md` say, pasted: the pages are the only source of what runs here. */

const EXAMPLE = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = '--conditions=@sightglass/source';
/** What a service does all day: telemetry alone keeps no process. */
const BUSY = ['--import', 'data:text/javascript,setInterval(()=>{},60000)'];
/** The bundler that tsup brings. */
const esbuild: { build(options: object): Promise<unknown> } = createRequire(
  createRequire(import.meta.url).resolve('tsup'),
)('esbuild');

const modules = new Map<string, string>();
let commands: readonly string[];
/** Has our modules, and can look up what the example can. */
let folder: string;
/** Has nothing at all. */
let bare: string;
/** Takes what is pushed by OTLP as JSON. */
let sink: PostSink<unknown>;

beforeAll(async () => {
  const pages = await Promise.all(
    ['beside-opentelemetry', 'bundles'].map((page) =>
      readFile(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'),
    ),
  );
  const text = pages.join('\n');
  for (const [, name, code] of text.matchAll(/^```[jt]s\n\/\/ (\S+)\n([\s\S]*?)^```/gm))
    modules.set(name!, code!);
  commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, command]) => command!.trim());
  folder = await mkdtemp(join(tmpdir(), 'sightglass-pages-'));
  bare = join(folder, 'elsewhere');
  await mkdir(bare);
  await mkdir(join(folder, 'service'));
  await symlink(join(EXAMPLE, 'node_modules'), join(folder, 'service/node_modules'));
  for (const [name, code] of modules) await writeFile(join(folder, 'service', name), code);
  sink = await startPostSink(({ body }) => ({ status: 200, answer: '{}', kept: body }));
});

afterAll(async () => {
  await sink?.stop();
  await rm(folder, { recursive: true, force: true });
});

const collector = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });

/** Runs a module of a page until it is ready, and gives its first scrape. */
async function scraped(file: string, env: { readonly [name: string]: string } = {}, args = [SOURCE]) {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}/metrics`;
  const service = await startServerProcess({
    name: file,
    command: process.execPath,
    args: [...BUSY, ...args, file],
    folder: await mkdtemp(join(folder, 'run-')),
    env: { PORT: port, METRICS_PORT: port, ...env },
    isReady: async () => (await (await fetch(url)).text()).includes('\n'),
  });
  try {
    return await (await fetch(url)).text();
  } finally {
    await service.stop();
  }
}

/** Bundles a module of a page with what it imports, as its command says: into one file of CommonJS. */
async function bundled(name: string): Promise<string> {
  const outfile = join(bare, `${name.split('.')[0]}.cjs`);
  await esbuild.build({
    entryPoints: [join(folder, 'service', name)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    conditions: ['@sightglass/source'],
    logLevel: 'silent',
  });
  return outfile;
}

const valueIn = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  );

test('every module of the pages is run here', () => {
  expect([...modules.keys()]).toEqual([
    'one-exporter.mjs',
    'our-endpoint.mjs',
    'handed-in.mjs',
    'app.mjs',
    'function.mjs',
    'instrumentation.ts',
    'next.config.mjs',
  ]);
  expect(commands).toEqual([
    'node_modules/.bin/esbuild app.mjs --bundle --platform=node --format=cjs --outfile=app.cjs',
  ]);
});

test.each(['one-exporter.mjs', 'our-endpoint.mjs', 'handed-in.mjs'])(
  '%s: one page has the metrics of both, each once, and the process once',
  async (name) => {
    const before = sink.received.length;
    const text = await scraped(join(folder, 'service', name), collector());
    expect(valueIn(text, 'invoices_sent_total{outcome="ok"}')).toBe(1);
    expect(valueIn(text, 'invoices_sent_total{outcome="bounced"}')).toBe(0);
    expect(text).toMatch(/^letters_sent_total\{.*outcome="ok".*\} 1\b/m);
    expect(text).not.toContain('user=');
    expect(text.match(/^process_resident_memory_bytes[ {]/gm)).toHaveLength(1);
    const named = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, metric]) => metric);
    expect(named.length - new Set(named).size).toBe(0);
    if (name !== 'handed-in.mjs') return;
    const names = JSON.stringify(sink.received.slice(before).map(namesIn));
    expect(names).toContain('invoices_sent_total');
    expect(names).toContain('letters_sent');
  },
);

interface Pushed {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

const namesIn = (body: unknown): readonly string[] =>
  (body as Pushed).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  );

test('the bundled application runs where nothing is installed, and lacks nothing', async () => {
  const text = await scraped(await bundled('app.mjs'), {}, []);
  expect(valueIn(text, 'invoices_sent_total{outcome="ok"}')).toBe(1);
});

test('the bundled function pushes what each invocation has counted, in each', async () => {
  const before = sink.received.length;
  const file = await bundled('function.mjs');
  const code = `const { handler } = require(${JSON.stringify(file)}); handler().then(() => handler()).then(() => process.exit(0));`;
  expect(await runProgram(process.execPath, ['-e', code], { cwd: bare, env: collector() })).toMatchObject({
    code: 0,
  });
  const counts = sink.received
    .slice(before)
    .map((body) => Number(/"invoices_sent_total".*?"asDouble":(\d+)/.exec(JSON.stringify(body))?.[1]));
  expect(counts.slice(0, 2)).toEqual([1, 2]);
});

test('register() starts telemetry in a server of Node and does nothing at the edge', async () => {
  const file = join(folder, 'service/instrumentation.ts');
  const starting = join(folder, 'service/start.mjs');
  await writeFile(starting, `import { register } from ${JSON.stringify(file)};\nawait register();\n`);
  expect(await scraped(starting, { NEXT_RUNTIME: 'nodejs' })).toContain('service_name="shop"');
  const edge = `import { register } from ${JSON.stringify(file)};\nawait register();\n`;
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [SOURCE, '--input-type=module', '-e', edge],
    { cwd: bare, env: { NEXT_RUNTIME: 'edge' } },
  );
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('what Next leaves out of its bundles is what register() imports', async () => {
  const { default: config } = await import(join(folder, 'service/next.config.mjs'));
  const imported = [...modules.get('instrumentation.ts')!.matchAll(/import\('((?:@[^/]+\/)?[^'/]+)/g)];
  expect(config.serverExternalPackages).toEqual(imported.map(([, name]) => name));
});
