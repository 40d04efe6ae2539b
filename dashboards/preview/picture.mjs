import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { capture } from './chromium.mjs';

const { values: options } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://localhost:9090' },
    answers: { type: 'string' },
    dashboard: { type: 'string', default: '../grafana/sightglass-offload.json' },
    minutes: { type: 'string', default: '60' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? 'chromium' },
    height: { type: 'string', default: 'Infinity' },
    out: { type: 'string' },
  },
});

/** As many points as a panel of half the width can show. */
const POINTS = 300;

const { version } = JSON.parse(readFileSync('node_modules/@grafana/ui/package.json', 'utf8'));
const noteOver = (data) =>
  `The queries and settings of this dashboard's JSON over ${data}, drawn with Grafana's components (@grafana/ui ${version}). Not a screenshot of Grafana.`;
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** What the page draws, and who answers its queries. */
let picture;
let answers;

function overPrometheus() {
  const end = Math.floor(Date.now() / 1000);
  const seconds = Number(options.minutes) * 60;
  picture = {
    dashboard: readJson(options.dashboard),
    range: { start: end - seconds, end, step: Math.max(1, Math.round(seconds / POINTS)) },
    note: noteOver('live data'),
  };
}

/** A file such as `sightglass-slo-one-well.json`: what the dashboard asked in that estate, and what was answered. */
function overAnswers(file) {
  const [, uid] = /^(sightglass-[a-z-]+?)-(?:one|thirty)-/.exec(file);
  answers = readJson(join(options.answers, file));
  picture = {
    dashboard: readJson(`../grafana/${uid}.json`),
    range: answers.range,
    values: answers.values,
    note: noteOver('a day that the real helpers went through in a test'),
  };
}

const { outputFiles } = await build({
  entryPoints: ['app.jsx'],
  bundle: true,
  write: false,
  outdir: 'out',
  format: 'iife',
  minify: true,
  jsx: 'automatic',
  loader: { '.ttf': 'dataurl', '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  logLevel: 'error',
});
const script = outputFiles.find(({ path }) => path.endsWith('.js')).text;
const style = outputFiles.find(({ path }) => path.endsWith('.css'))?.text ?? '';
const page = `<!doctype html><meta charset="utf-8"><style>${style} body { margin: 0; background: #111217 }</style><div id="root"></div><script src="/app.js"></script>`;

function answerTo(url) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const known = pathname.endsWith('query_range') ? answers.ranges : answers.instant;
  const result = known[searchParams.get('query')];
  return result ? { status: 'success', data: { result } } : { status: 'error', error: 'was not asked' };
}

const server = createServer(async ({ url }, response) => {
  const send = (type, body) => response.setHeader('content-type', type).end(body);
  if (url === '/app.js') send('text/javascript', script);
  else if (url === '/picture.json') send('application/json', JSON.stringify(picture));
  else if (answers && url.startsWith('/api/')) send('application/json', JSON.stringify(answerTo(url)));
  else if (url.startsWith('/api/'))
    send('application/json', await (await fetch(options.prometheus + url)).text());
  else send('text/html', page);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const address = `http://127.0.0.1:${server.address().port}/`;
async function draw(out) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, await capture(options.chromium, address, 1600, Number(options.height)));
  console.log(out);
}

try {
  if (options.answers === undefined) {
    overPrometheus();
    await draw(options.out ?? 'dashboard.png');
  } else {
    for (const file of readdirSync(options.answers).filter((name) => name.endsWith('.json'))) {
      overAnswers(file);
      await draw(join(options.out ?? '.', file.replace('sightglass-', '').replace('.json', '.png')));
    }
  }
} finally {
  server.close();
  // A browser that was ended leaves its connections open.
  server.closeAllConnections();
}
// What esbuild and the browser leave open would hold it.
process.exit();
