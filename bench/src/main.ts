import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { boundRecord } from './benchmarks/bound-record.ts';
import { declaring } from './benchmarks/declaring.ts';
import { helperCall } from './benchmarks/helper-call.ts';
import { httpServer } from './benchmarks/http-server.ts';
import { memory } from './benchmarks/memory.ts';
import { processes } from './benchmarks/processes.ts';
import { scale } from './benchmarks/scale.ts';
import { scrape } from './benchmarks/scrape.ts';
import { collectGarbage, keptTotal } from './measure.ts';
import { table } from './row.ts';

/*
 * Runs every work of the budget side by side with the peers in this one process and prints the ratios. Figures are for reading:
 * a missed floor is marked and does not fail the run. With names (`processes`, `boundRecord`), those works alone.
 */
const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const works = [helperCall, boundRecord, scrape, scale, memory, httpServer, declaring, processes];

const rows = [];
for (const work of works) {
  if (positionals.length > 0 && !positionals.includes(work.name)) continue;
  process.stderr.write(`${work.name}…\n`);
  collectGarbage();
  rows.push(...(await work()));
}
if (!(keptTotal() > 0)) throw new Error('nothing was rendered');

const cpu = cpus()[0]?.model ?? 'unknown CPU';
process.stdout.write(`${table(rows)}\n\nNode ${process.versions.node}, ${cpu}\n`);
if (values.json !== undefined) {
  await writeFile(
    values.json,
    `${JSON.stringify({ node: process.versions.node, cpu, rows }, undefined, 2)}\n`,
  );
}
