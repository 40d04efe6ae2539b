import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { createExposition } from '@sightglass/core/endpoint';
import {
  changesFrame,
  changesOf,
  Differences,
  FrameReader,
} from '../../../packages/core/src/handover/index.ts';
import type { Incarnation } from '../../../packages/core/src/processes/incarnation.ts';
import { MergedStore } from '../../../packages/core/src/processes/merged-store.ts';
import { Store } from '../../../packages/core/src/store/index.ts';
import { BUCKETS, COUNTER, HISTOGRAM } from '../inputs.ts';
import { collectGarbage, compare, keep, median } from '../measure.ts';
import { type Row, row } from '../row.ts';
import { LABEL_SETS, Recording, SERIES, VALUES } from '../subjects/recording.ts';

// By name, as all of its peers are: its types say nothing of the registry's static functions.
const peer = createRequire(import.meta.url)('@prometheus-io/client');

/** Hand-overs between two scrapes: one a second, a scrape every 15. */
const HAND_OVERS = 15;
const SIZES = [4, 16, 64];

/** A worker that hands over. */
class OurWorker extends Recording {
  readonly #differences = new Differences(this.store);
  #seq = 0;

  handOver(): Buffer[] {
    return this.#differences.take().map((changes) => changesFrame(this.#seq++, changes));
  }
}

function applyTo(life: Incarnation, frames: readonly Buffer[]): void {
  const reader = new FrameReader();
  for (const bytes of frames)
    for (const frame of reader.read(bytes)) {
      const { seq, changes } = changesOf(frame);
      life.apply(changes, seq);
    }
}

/** The primary's part of serving workers: what it is held for between two scrapes and by the scrape. */
function ourPrimary(workers: number, every: number) {
  const merged = new MergedStore(new Store(), async () => {});
  const exposition = createExposition({ store: merged });
  const all = Array.from({ length: workers }, (_, i) => ({
    worker: new OurWorker(),
    life: merged.begin(String(i)),
  }));
  for (const { worker, life } of all) applyTo(life, worker.handOver());
  let turn = 0;
  let messages: [Incarnation, Buffer[]][] = [];
  return {
    name: 'ours',
    prepare() {
      messages = [];
      for (let i = 0; i < HAND_OVERS; i++, turn++)
        for (const { worker, life } of all) {
          worker.record(every, turn);
          messages.push([life, worker.handOver()]);
        }
    },
    async run() {
      for (const [life, frames] of messages) applyTo(life, frames);
      const { chunks } = await exposition.render();
      for (const chunk of chunks) keep(chunk.length);
    },
  };
}

/** The same of `AggregatorRegistry`: the answers of its workers as they come over IPC, aggregated and written, as its `clusterMetrics` does. */
async function theirPrimary(workers: number) {
  const registry = new peer.Registry();
  const labelNames = ['table', 'layer'];
  const registers = [registry];
  const counter = new peer.Counter({ name: COUNTER, help: 'Rows.', labelNames, registers });
  const histogram = new peer.Histogram({
    name: HISTOGRAM,
    help: 'Durations.',
    labelNames,
    buckets: BUCKETS,
    registers,
  });
  for (let i = 0; i < LABEL_SETS; i++) {
    const set = { table: `table_${i}`, layer: 'bronze' };
    counter.inc(set, 5);
    histogram.observe(set, VALUES[i % VALUES.length]!);
  }
  const answer = JSON.stringify({ metrics: [await registry.getMetricsAsJSON()] });
  return {
    name: 'theirs',
    async run() {
      const metrics = [];
      for (let i = 0; i < workers; i++) metrics.push(...JSON.parse(answer).metrics);
      keep(Buffer.from(await peer.AggregatorRegistry.aggregate(metrics).metrics()).length);
    },
  };
}

/**
 * Many processes as one: how long the primary is held for a scrape of its workers, all hand-overs since the one before included, and what recording costs in a worker that hands over.
 * The workers' messages are made in this process, by the code that makes them in a worker.
 */
export async function processes(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workers of SIZES) {
    const theirs = await theirPrimary(workers);
    for (const [how, every] of [
      ['all changed every second', 1],
      ['a tenth changed every second', 10],
    ] as const) {
      collectGarbage();
      const times = await compare([ourPrimary(workers, every), theirs], workers > 16 ? 7 : 21);
      rows.push(
        row({
          work: `primary, scrape of ${workers} workers × ${SERIES.toLocaleString('en')} series, ${how}`,
          against: '@prometheus-io/client',
          ours: times.ours!,
          theirs: times.theirs!,
          unit: 'ms',
          sense: 'times faster',
          floor: 10,
        }),
      );
    }
  }
  return [...rows, await recordCost(), await recordInThread()];
}

/** A tenth of a second of records, and one hand-over of all series: ten times as often as by default. */
async function recordCost(): Promise<Row> {
  const TURNS = 6_000;
  const alone = new OurWorker();
  const handing = new OurWorker();
  handing.handOver();
  const work = (worker: OurWorker) => {
    for (let turn = 0; turn < TURNS; turn++) worker.record(1, turn);
  };
  const times = await compare(
    [
      { name: 'alone', run: () => work(alone) },
      {
        name: 'handing over',
        run: () => {
          work(handing);
          for (const frame of handing.handOver()) keep(frame.length);
        },
      },
    ],
    30,
  );
  const nanoseconds = (name: string) => (times[name]! * 1e6) / (TURNS * LABEL_SETS * 2);
  return row({
    work: 'record in a worker that hands over',
    against: 'the same alone',
    ours: nanoseconds('handing over'),
    theirs: nanoseconds('alone'),
    unit: 'ns',
    sense: 'times theirs',
    floor: 1.2,
  });
}

const THREAD_ROUNDS = 15;

/** The same records in two threads, each of which is alone in its own: one whose numbers lie in pages that another thread reads, and one whose numbers do not. They take turns. */
async function recordInThread(): Promise<Row> {
  const file = new URL('../subjects/recording-thread.ts', import.meta.url);
  const [paged, alone] = [true, false].map(
    (workerData) =>
      new Worker(file, { workerData, execArgv: process.execArgv.filter((arg) => arg !== '--expose-gc') }),
  ) as [Worker, Worker];
  const ask = async (thread: Worker): Promise<number> => {
    thread.postMessage('record');
    return (await once(thread, 'message'))[0];
  };
  const times: [number, number][] = [];
  for (let round = 0; round < THREAD_ROUNDS; round++) times.push([await ask(paged), await ask(alone)]);
  await Promise.all([paged.terminate(), alone.terminate()]);
  const of = (which: 0 | 1) => median(times.map((both) => both[which]));
  return row({
    work: 'record in a thread whose pages are read',
    against: 'the same alone',
    ours: of(0),
    theirs: of(1),
    unit: 'ns',
    sense: 'times theirs',
    floor: 1.2,
  });
}
