import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { type Row, row, table } from '../row.ts';

/*
 * What measuring its requests costs a server: CPU time of its process for each request, beyond that of the same server unmeasured. Each contender runs in a process of its own, and they take
 * turns over the rounds; the round that took least is what the work takes.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, batches: { type: 'string', default: '120' } },
});
const run = promisify(execFile);
const app = new URL('app.ts', import.meta.url).pathname;

/** The share of the cheapest peer's cost that ours may have. */
const FLOOR = 8;
const PEERS = {
  express: ['express-prom-bundle', 'opentelemetry'],
  fastify: ['fastify-metrics', 'opentelemetry'],
} as const;
const NAMES: { readonly [contender: string]: string } = {
  'express-prom-bundle': 'express-prom-bundle 8.0.0',
  'fastify-metrics': 'fastify-metrics 14.1.0',
  opentelemetry: 'OpenTelemetry instrumentations',
};

async function microsecondsOf(framework: string, contender: string): Promise<number> {
  const args = [
    '--expose-gc',
    '--conditions=@sightglass/source',
    app,
    framework,
    contender,
    '--batches',
    values.batches,
  ];
  return Number((await run(process.execPath, args)).stdout);
}

const rows: Row[] = [];
for (const [framework, peers] of Object.entries(PEERS)) {
  const contenders = ['plain', 'sightglass', ...peers];
  const times = new Map(contenders.map((name) => [name, [] as number[]]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length]!;
      process.stderr.write(`${framework}, ${contender}…\n`);
      times.get(contender)!.push(await microsecondsOf(framework, contender));
    }
  // What else runs on the machine only ever adds.
  const cost = (name: string) => Math.min(...times.get(name)!);
  const added = (name: string) => cost(name) - cost('plain');
  const cheapest = peers.reduce((one, other) => (added(one) <= added(other) ? one : other));
  for (const peer of peers)
    rows.push(
      row({
        work: `a request to ${framework === 'express' ? 'Express 5' : 'Fastify 5'}, beyond its ${cost('plain').toFixed(1)} µs`,
        against: NAMES[peer]!,
        ours: added('sightglass'),
        theirs: added(peer),
        unit: 'µs',
        sense: 'times faster',
        floor: peer === cheapest ? FLOOR : undefined,
      }),
    );
}
process.stdout.write(
  `${table(rows)}\n\nNode ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown CPU'}\n`,
);
