import { recordings } from '@sightglass/rules';
import { beforeAll, expect, test } from 'vitest';
import { type PrintedSample, parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { closureOf, nameOf, rules, rulesNamed, wordsOf } from '../scenario/rules.ts';
import { play } from '../scenario/story.ts';
import { cycles, failing, QUARTER_HOURLY } from '../scenario/world/offload.ts';
import { minutes, USUAL_PACE } from '../scenario/world/time.ts';

/** Old queries go on working: every name of the reference system can be queried, by its own name or by the alias that is recorded for it. */

/** The names of reference system 004 with the labels that they had there. */
const NAMES: { readonly [id: string]: { readonly [name: string]: readonly string[] } } = {
  'M1 rows': { offload_rows_total: ['table', 'layer'] },
  'M2 cycles': { offload_cycles_total: ['status'] },
  'M3 errors': { offload_errors_total: ['table', 'error_type'] },
  'M4 lag': { offload_lag_minutes: ['table'] },
  'M5 watermark, by both of its names': {
    watermark_timestamp_seconds: ['table'],
    watermark_timestamp: ['table'],
  },
  'M6 tables': { offload_tables_configured: [] },
  'M7 and M8, gauges without a name there': {
    offload_last_success_timestamp_seconds: ['table'],
    offload_last_cycle_timestamp_seconds: [],
  },
  'M9 duration': {
    offload_duration_seconds_bucket: ['table', 'layer', 'le'],
    offload_duration_seconds_sum: ['table', 'layer'],
    offload_duration_seconds_count: ['table', 'layer'],
  },
  'M10 cycle duration': {
    offload_cycle_duration_seconds_bucket: ['le'],
    offload_cycle_duration_seconds_sum: [],
    offload_cycle_duration_seconds_count: [],
  },
  'M11 throughput': { offload_rows_per_second: ['table', 'quantile'] },
  'M12 information': {
    offload_info: ['version'],
    offload_info_info: ['version', 'schedule_minutes', 'tables'],
  },
  'R1 cycle rate': { 'iceberg_offload:cycle_count:5m': [] },
  'R2 mean duration': { 'iceberg_offload:duration_avg:5m': [] },
  'R3 row rate': { 'iceberg_offload:rows_rate:5m': [] },
};

/** What is recorded of an offload, directly or not. */
const recorded = [
  // The hourly copies are those of what they copy.
  ...new Set(
    rules.flatMap(({ record }) => (record === undefined || record.endsWith('_hourly') ? [] : [record])),
  ),
].filter((name) =>
  closureOf([name])
    .flatMap(rulesNamed)
    .some(({ expr }) => [...wordsOf(expr)].some((word) => word.startsWith('offload_'))),
);
const asked = [...new Set([...Object.values(NAMES).flatMap((names) => Object.keys(names)), ...recorded])];
const found = new Map<string, readonly PrintedSample[]>();

beforeAll(async () => {
  const { series, end } = await play({
    alert: undefined,
    title: 'a pipeline with successes and failures',
    pace: USUAL_PACE,
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({
          ...QUARTER_HOURLY,
          version: '1.0.0',
          owner: 'team-data',
          pages: false,
        });
        await cycles(s, offload, 2);
        await cycles(s, offload, 3, { trades: failing() });
        await s.wait(minutes(5));
      },
    ],
  });
  const names = rules.map(nameOf).filter((name) => recorded.includes(name));
  const queries = asked.map((expr) => ({ expr, time: end }));
  const answers = answersIn(
    await runPromtool(closureOf(names).flatMap(rulesNamed), [{ series, queries }], USUAL_PACE),
  );
  for (const name of asked) found.set(name, parseSamples(answers.get(name) ?? ''));
});

const labelsOf = ({ labels: { __name__: _, ...labels } }: PrintedSample): string[] => Object.keys(labels);

test.each(Object.entries(NAMES))('%s', (_, names) => {
  for (const [name, labels] of Object.entries(names)) {
    const samples = found.get(name)!;
    expect(samples.length, `series of ${name}`).toBeGreaterThan(0);
    for (const sample of samples) expect(labelsOf(sample), name).toEqual(expect.arrayContaining([...labels]));
  }
});

/** What is there only when somebody retired something, changed a declaration or gave a name twice, or while something fails: its own stories tell of it. */
const OF_EVENTS = /_(retired|changed)_timestamp_seconds:|_services:count$|_errors:rate_5m$/;

test.each(recorded)('%s has the labels that it declares', (name) => {
  const samples = found.get(name)!;
  expect(samples.length > 0).toBe(!OF_EVENTS.test(name));
  const declared = recordings.filter(({ record }) => record === name);
  const labels = declared.flatMap(({ labels, staticLabels = {} }) => [
    ...labels,
    ...Object.keys(staticLabels),
  ]);
  for (const sample of samples) expect(labelsOf(sample).sort()).toEqual([...new Set(labels)].sort());
});
