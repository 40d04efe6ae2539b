import { declareJob } from '../../../packages/scheduler/src/index.ts';
import { type Row, row } from '../row.ts';

const JOBS = 2_000;
const ZONES = ['Europe/Berlin', 'America/New_York', 'UTC'];
/** A second, in milliseconds: a service must not begin noticeably later for what it measures. */
const LIMIT_MS = 1_000;

/** Declaring many cron jobs: each at a minute of its own, on all days or on weekdays, in three zones. */
export async function declaring(): Promise<Row[]> {
  const began = performance.now();
  for (let i = 0; i < JOBS; i++) {
    declareJob({
      name: `declared_${i}`,
      schedule: `${i % 60} ${Math.floor(i / 60) % 24} * * ${i % 3 === 0 ? '1-5' : '*'}`,
      timezone: ZONES[i % ZONES.length]!,
    });
  }
  const took = performance.now() - began;
  return [
    row({
      work: `declaring ${JOBS.toLocaleString('en')} cron jobs`,
      against: 'a second',
      ours: took,
      theirs: LIMIT_MS,
      unit: 'ms',
      sense: 'figure',
      floor: LIMIT_MS,
    }),
  ];
}
