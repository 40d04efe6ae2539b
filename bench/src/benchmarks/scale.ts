import { calls, SERIES_PER_LABEL_SET } from '../inputs.ts';
import { keep, median } from '../measure.ts';
import { type Row, row } from '../row.ts';
import { sightglass } from '../subjects/sightglass.ts';
import type { Subject } from '../subjects/subject.ts';

const SMALL = 1_200;
const LARGE = 120_000;
const ROUNDS = 30;
const WARM_UP_ROUNDS = 30;

/** A subject with so many series, and what records in each of them. */
interface Filled {
  readonly subject: Subject;
  change(): void;
}

/** 120,000 series beside 1,200, all changed: the cost of each, and the longest that a scrape keeps the event loop from other work. */
export async function scale(): Promise<Row[]> {
  const first = filled(LARGE);
  first.change();
  const holds = [await longestHold(() => first.subject.render())];
  const small = filled(SMALL);
  const large = filled(LARGE);
  const idle: number[] = [];
  const times = { small: [] as number[], large: [] as number[] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    // As many series in a measurement of the small one as in one of the large one.
    const elapsed = { small: await renderMs(small, LARGE / SMALL), large: await renderMs(large, 1) };
    if (round < 0) continue;
    times.small.push(elapsed.small);
    times.large.push(elapsed.large);
    large.change();
    const started = performance.now();
    holds.push(await longestHold(() => large.subject.render()));
    const took = performance.now() - started;
    idle.push(await longestHold(() => new Promise((resolve) => setTimeout(resolve, took, 0))));
  }
  const perSeries = (name: 'small' | 'large') => (median(times[name]) * 1e6) / LARGE;
  const [smallName, largeName] = [SMALL, LARGE].map((series) => series.toLocaleString('en'));
  return [
    row({
      work: `cost per series at ${largeName}, all changed`,
      against: `at ${smallName}`,
      ours: perSeries('large'),
      theirs: perSeries('small'),
      unit: 'ns',
      sense: 'times theirs',
      floor: 1.5,
    }),
    holdRow(
      `longest hold of the event loop, ${holds.length} scrapes of ${largeName}`,
      Math.max(...holds),
      Math.max(...idle),
    ),
    holdRow('the same, median of the scrapes', median(holds), median(idle)),
  ];
}

/** A hold, beside that of an idle process over the same time: what the machine itself holds up. */
function holdRow(work: string, ours: number, theirs: number): Row {
  return row({ work, against: 'an idle process', ours, theirs, unit: 'ms', sense: 'figure', floor: 20 });
}

function filled(series: number): Filled {
  const labelSets = series / SERIES_PER_LABEL_SET;
  const work = calls(labelSets, labelSets);
  const subject = sightglass.create(labelSets);
  return { subject, change: () => subject.record(work) };
}

async function renderMs({ subject, change }: Filled, times: number): Promise<number> {
  let elapsed = 0;
  for (let i = 0; i < times; i++) {
    change();
    const started = performance.now();
    keep(await subject.render());
    elapsed += performance.now() - started;
  }
  return elapsed;
}

/** The longest time in ms between two turns of the event loop until `work` is done. */
async function longestHold(work: () => Promise<number>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let done = false;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  keep(await work());
  done = true;
  turn();
  return longest;
}
