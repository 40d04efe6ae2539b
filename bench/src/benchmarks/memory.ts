import { calls } from '../inputs.ts';
import { collectGarbage, keep } from '../measure.ts';
import { type Row, row } from '../row.ts';
import { promClient15, prometheusIoClient } from '../subjects/prometheus-clients.ts';
import { sightglass } from '../subjects/sightglass.ts';
import type { SubjectKind } from '../subjects/subject.ts';

const LABEL_SETS = 10_000;

/** Bytes that one label set of a histogram holds: when recorded, and when scraped too, with the text that is kept for the next scrape. */
export async function memory(): Promise<Row[]> {
  const ours = await bytesPerLabelSet(sightglass);
  const rows: Row[] = [];
  for (const kind of [promClient15, prometheusIoClient]) {
    const theirs = await bytesPerLabelSet(kind);
    const shared = {
      against: kind.name,
      unit: 'B',
      sense: 'times theirs',
      floor: kind === promClient15 ? 0.25 : undefined,
    } as const;
    rows.push(
      row({
        ...shared,
        work: 'memory of a histogram label set',
        ours: ours.recorded,
        theirs: theirs.recorded,
      }),
      row({ ...shared, work: 'the same after a scrape', ours: ours.scraped, theirs: theirs.scraped }),
    );
  }
  return rows;
}

async function bytesPerLabelSet(kind: SubjectKind): Promise<{ recorded: number; scraped: number }> {
  // The label values exist before, as they do in a host, and so does what the library makes once.
  const work = calls(LABEL_SETS, LABEL_SETS);
  const subject = kind.create(LABEL_SETS);
  subject.observe(work.slice(0, 1));
  keep(await subject.render());
  const before = await bytesInUse();
  subject.observe(work);
  const recorded = (await bytesInUse()) - before;
  keep(await subject.render());
  const scraped = (await bytesInUse()) - before;
  keep(await subject.render());
  return { recorded: recorded / LABEL_SETS, scraped: scraped / LABEL_SETS };
}

/** Bytes in use on the heap and in buffers outside it, after everything that can be collected is. */
async function bytesInUse(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
