import { hours } from '../world/time.ts';
import { at, HOURS, type Labels, type Past, ruleOf, type Sheet, type Table, table } from './table.ts';
import { isScrapedTwice, START, startOf, tellTarget } from './targets.ts';
import { subjectsBy } from './totals.ts';

/* Figures of things that follow from what is known of them, and from what their processes say at the moment. */

const JOB = ['job_name'];
const LAYER = ['layer'];
const TABLE = ['layer', 'table'];
const SOURCE = ['job_name', 'source'];

type Tell = (sheet: Sheet, subject: Labels, now: Now) => number | undefined;
type Now = (
  metric: string,
  values: readonly (number | undefined)[],
  by?: readonly string[],
  statics?: Labels,
) => number | undefined;

/** Tables of a figure of each thing. */
const figure = (
  record: string,
  labels: readonly string[],
  tell: Tell,
  seeds: readonly number[] = [1],
): Table[] =>
  seeds.map((seed) =>
    table(ruleOf(record), { reach: HOURS, seed }, (sheet) => {
      for (const subject of subjectsBy(labels))
        sheet.expect(
          subject,
          tell(sheet, subject, (metric, values, by = labels, statics = {}) =>
            sheet.shared(metric, subject, by, (dice) => dice.one(...values), statics),
          ),
        );
    }),
  );

const most = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);

/** What processes on up to two instances say, and how long ago. */
function said(
  sheet: Sheet,
  metric: string,
  subject: Labels,
  values: readonly number[],
  agos: readonly number[] = [0],
): { readonly value: number; readonly ago: number }[] {
  const { dice } = sheet;
  return [
    ['j', 'a'],
    ['j', 'b'],
    ['k', 'a'],
  ]
    .filter(() => dice.maybe(0.4))
    .map(([job, instance]) => {
      const value = dice.one(...values);
      const ago = dice.one(...agos);
      sheet.tell(metric, { ...subject, job: job!, instance: instance! }, [[ago, value]]);
      return { value, ago };
    });
}

/** When a thing was last looked at: by the replica that was scraped longest ago; now, where none has it. */
const view =
  (declared: string, seen: string): Tell =>
  (sheet, subject, now) => {
    const agos = said(sheet, declared, subject, [60, 600], [0, 120, 240]).map(({ ago }) => ago);
    const isSeen = now(seen, [undefined, 5, 6]) !== undefined;
    return agos.length > 0 ? sheet.now - Math.max(...agos) : isSeen ? sheet.now : undefined;
  };

/** How long ago something was, when it was last looked at, and never less than nothing. */
const ageOf =
  (metric: string): Tell =>
  (_, __, now) => {
    const [seen, was] = [
      now('job_name:job_view_timestamp_seconds:min', [undefined, 100, 200]),
      now(metric, [undefined, 90, 150, 200.5, 250]),
    ];
    return seen === undefined || was === undefined ? undefined : Math.max(0, seen - was);
  };

const sourceAge: Tell = (_, __, now) => {
  const first = now('job_name_source:sync_source_first_seen_timestamp_seconds:first_known', [
    undefined,
    50,
    90,
    250,
  ]);
  const success = now('job_name_source:sync_source_last_success_timestamp_seconds:last_known', [
    undefined,
    60,
    150,
    200.5,
    250,
  ]);
  const seen = now('job_name:job_view_timestamp_seconds:min', [undefined, 100, 200, 200], JOB);
  const was = success ?? first;
  return first === undefined || seen === undefined || was === undefined ? undefined : Math.max(0, seen - was);
};

/** The duration of the last cycle, or that of one that takes longer already. */
const cycleDuration: Tell = (sheet, subject, now) => {
  const running = most(
    said(
      sheet,
      'offload_cycle_started_timestamp_seconds',
      subject,
      [30, 60, 90].map((ago) => sheet.now - ago),
    ).map(({ value }) => sheet.now - value),
  );
  const isDeclared = said(sheet, 'offload_interval_seconds', subject, [60]).length > 0;
  const latest = now('layer:offload_last_cycle_duration_seconds:last_known', [undefined, 20, 60, 70]);
  const finished = isDeclared ? latest : undefined;
  return running !== undefined && finished !== undefined && running > finished
    ? running
    : (finished ?? running);
};

const throughput: Tell = (_, __, now) => {
  const rows = now('layer:offload_rows:increase_window', [undefined, -0.5, 0, 0.5, 1, 100]);
  const [work] = ['success', 'failed'].map((status) =>
    now(
      'layer_status:offload_duration_seconds_sum:increase_window',
      [undefined, 9, 9.5, 10, 10.5, 20],
      LAYER,
      { status },
    ),
  );
  return rows !== undefined && work !== undefined && rows > 0 && work >= 10 ? rows / work : undefined;
};

const countedInARow: Tell = (_, __, now) => {
  const [, ...failed] = ['success', 'failed', 'timeout'].map((status) =>
    now('job_name_status:job_runs:total', [undefined, 1, 2, 5], JOB, { status }),
  );
  const was = now('job_name:job_runs_failed:at_last_good_run', [undefined, 0, 1, 2]);
  const all = failed.filter((value) => value !== undefined);
  return all.length === 0 || was === undefined ? undefined : all.reduce((sum, value) => sum + value, 0) - was;
};

const larger: Tell = (_, __, now) => {
  const values = ['counted', 'reported'].map((name) =>
    now(`job_name:job_consecutive_failures:${name}`, [undefined, 1, 2, 3]),
  );
  return most(values.filter((value) => value !== undefined));
};

const offloadsInARow: Tell = (_, subject, now) => {
  const of = (status: string, kind: string) =>
    now('layer_table_status:offload_duration_seconds_count:total', [undefined, 1, 2, 5], TABLE, {
      status,
      kind,
    });
  const failed = ['u', 'v'].flatMap((kind) => of('failed', kind) ?? []);
  of('success', 'u');
  const was = now('layer_table:offload_failures_before:last_known', [undefined, 0, 1.5, 3]);
  return subject.layer === undefined || failed.length === 0 || was === undefined
    ? undefined
    : Math.max(0, Math.max(...failed) - was);
};

/** Memory of each process that has jobs. */
function tellMemory(sheet: Sheet): void {
  const { dice } = sheet;
  for (const job of ['j', 'k'])
    for (const instance of Array.from({ length: 12 }, (_, i) => `i${i}`)) {
      const values = ['u', 'v']
        .filter(() => dice.maybe(0.6))
        .map((kind) => {
          const value = dice.one(1_000, 2_000, 3_000);
          sheet.tell('process_resident_memory_bytes', { kind, job, instance }, value);
          return value;
        });
      const hasJobs = dice.maybe(0.6);
      for (const job_name of hasJobs ? ['a', 'b'] : [])
        sheet.tell('job_enabled', { job_name, job, instance }, dice.one(0, 1));
      sheet.expect({ job, instance }, hasJobs ? most(values) : undefined);
    }
}

/** A process that needs much memory now and has jobs. */
function tellMuch(sheet: Sheet): void {
  const { dice } = sheet;
  for (const job of ['j', 'k'])
    for (const instance of Array.from({ length: 12 }, (_, i) => `i${i}`)) {
      const value = dice.one(undefined, 1.9e9, 2e9, 2.1e9, 3e9);
      sheet.tell('job_instance:process_resident_memory_bytes:of_jobs', { job, instance }, value);
      const hasJobs = dice.maybe(0.6);
      for (const job_name of hasJobs ? ['a', 'b'] : [])
        sheet.tell('job_interval_seconds', { job_name, job, instance }, 60);
      sheet.expect({ job, instance }, value !== undefined && value > 2e9 && hasJobs ? value : undefined);
    }
}

/** Targets that use the library, up or not. */
function tellTargets(sheet: Sheet): void {
  const { dice } = sheet;
  for (const job of Array.from({ length: 12 }, (_, i) => `j${i}`)) {
    let count = 0;
    for (const instance of ['a', 'b', 'c']) {
      const isTarget = dice.maybe(0.7);
      if (isTarget) sheet.tell('up', { job, instance }, dice.one(0, 1));
      const has = dice.maybe(0.5);
      if (has) sheet.tell(START, { process_id: 'p', job, instance }, 9);
      if (isTarget && has) count++;
    }
    sheet.expect({ job }, count === 0 ? undefined : count);
  }
}

/** How far clocks are ahead: of processes whose clock goes on, and of one that is scraped twice, once. */
function tellSkew(sheet: Sheet): void {
  const { dice, now } = sheet;
  for (const job of ['j', 'k'])
    for (const instance of Array.from({ length: 16 }, (_, i) => `i${i}`)) {
      const endings = dice.one<readonly boolean[]>([], [false], [true], [true], [false, true]);
      const starts = endings.map((isEnded, i) => {
        const ago = dice.one(240, 480);
        return startOf(`${dice.one('p', 'q')}${i}`, isEnded ? ago : undefined);
      });
      const { spoken } = tellTarget(sheet, { job, instance }, starts);
      const isTwice = isScrapedTwice(
        sheet,
        { job, instance },
        { group: 'telemetry', value: 9, isHere: 0.65 },
        spoken,
      );
      const skews: number[] = [];
      for (const kind of ['u', 'v']) {
        const clock = dice.one(undefined, now + 5, now - 7, now + 100);
        const ago = dice.one(0, 0, 120);
        // Two minutes ago it was behind, as far, or ahead; it may also have stood still for longer.
        const before = dice.one(undefined, -120, 0, 50);
        const earlier = ago === 0 ? 120 : 240;
        const much = dice.one(undefined, -300, 200);
        const close = dice.one(undefined, -200, 300);
        const past: Past = [
          ...(clock === undefined || close === undefined || sheet.reach.step > 60
            ? []
            : [[ago + 60, clock + close] as const]),
          ...(clock === undefined ? [] : [[ago, clock] as const]),
          ...(clock === undefined || before === undefined ? [] : [[earlier, clock + before] as const]),
          ...(clock === undefined || much === undefined ? [] : [[earlier + 120, clock + much] as const]),
        ];
        sheet.tell('sightglass_clock_timestamp_seconds', { kind, job, instance }, past);
        const then = lookedAt(past, 120);
        if (clock !== undefined && then !== undefined && clock > then) skews.push(clock - (now - ago));
      }
      sheet.expect({ job, instance }, isTwice ? undefined : most(skews));
    }
}

/** What a series was some time ago. */
const lookedAt = (past: Past, ago: number): number | undefined =>
  at(past.filter(([when]) => when >= ago).map(([when, value]) => [when - ago, value] as const));

/** Who owns a thing, and whether it must page nobody. */
const tellOwnership =
  (label: string, owners: string, pages: string, seen: string) =>
  (sheet: Sheet): void => {
    const { dice } = sheet;
    for (const subject of subjectsBy([label])) {
      const its = ['us', 'them'].flatMap((owner) => {
        const value = dice.one(undefined, 1, 2, 3);
        sheet.tell(owners, { ...subject, owner }, value);
        return value === undefined ? [] : [{ owner, value: value + (owner === 'us' ? 0 : 0.5) }];
      });
      for (const { owner, value } of its) sheet.tell(owners, { ...subject, owner }, value);
      const isSeen = dice.maybe(0.7);
      if (isSeen) sheet.tell(seen, subject, 7);
      const isSilent = dice.maybe(0.4);
      if (isSilent) sheet.tell(pages, subject, dice.one(0, 1));
      const [first] = its.toSorted((a, b) => b.value - a.value);
      const silent: Labels = isSilent ? { pages: 'false' } : {};
      if (first !== undefined) sheet.expect({ ...subject, owner: first.owner, ...silent }, first.value);
      else if (isSeen) sheet.expect({ ...subject, ...silent }, 1);
    }
  };

/** One of those that export a job. */
function tellExporter(sheet: Sheet): void {
  for (const subject of subjectsBy(JOB)) {
    const job = sheet.dice.one(undefined, 'api', 'worker');
    if (job === undefined) continue;
    sheet.tell('job_name_job:job_interval_seconds:last_known', { ...subject, job }, sheet.dice.one(60, 600));
    sheet.expect({ ...subject, job }, 1);
  }
}

const one = (record: string, tell: (sheet: Sheet) => void, seeds: readonly number[] = [1]): Table[] =>
  seeds.map((seed) => table(ruleOf(record), { reach: HOURS, seed }, tell));

/** What follows from what is known of things. */
export const figureTables: readonly Table[] = [
  ...figure(
    'job_name:job_view_timestamp_seconds:min',
    JOB,
    view('job_interval_seconds', 'job_name:job_seen_timestamp_seconds:last_known'),
  ),
  ...figure(
    'layer_table:offload_view_timestamp_seconds:min',
    TABLE,
    view('offload_lag_objective_seconds', 'layer_table:offload_table_seen_timestamp_seconds:last_known'),
  ),
  ...figure(
    'job_name:job_run_age_seconds:last_known',
    JOB,
    ageOf('job_name:job_accounted_timestamp_seconds:last_known'),
  ),
  ...figure(
    'job_name:job_success_age_seconds:last_known',
    JOB,
    ageOf('job_name:job_last_success_timestamp_seconds:last_known'),
  ),
  ...figure('job_name_source:sync_source_age_seconds:last_known', SOURCE, sourceAge),
  ...figure('layer:offload_cycle_duration_seconds:latest', LAYER, cycleDuration, [1, 2]),
  ...figure('layer:offload_throughput_rows_per_second:ratio_window', LAYER, throughput),
  ...figure('job_name:job_consecutive_failures:counted', JOB, countedInARow),
  ...figure('job_name:job_consecutive_failures:last_known', JOB, larger),
  ...figure('layer_table:offload_consecutive_failures:last_known', TABLE, offloadsInARow),
  ...one('job_instance:process_resident_memory_bytes:of_jobs', tellMemory),
  ...one('JobMemoryHigh', tellMuch),
  ...one('job:sightglass_targets:count', tellTargets),
  ...one('job_instance:sightglass_clock_skew_seconds:latest', tellSkew, [1, 2, 3, 4]),
  table(
    ruleOf('job_instance:sightglass_clock_skew_seconds:latest'),
    { reach: { name: 'minutes', step: 60, now: hours(4) } },
    tellSkew,
  ),
  ...one('job_name_job:job_exporter:info', tellExporter),
  ...one(
    'job_name_owner_pages:job_ownership:info',
    tellOwnership(
      'job_name',
      'job_name_owner:job_owner_info:last_known',
      'job_name:job_pages:last_known',
      'job_name:job_seen_timestamp_seconds:last_known',
    ),
    [1, 2],
  ),
  ...one(
    'layer_owner_pages:offload_ownership:info',
    tellOwnership(
      'layer',
      'layer_owner:offload_owner_info:last_known',
      'layer:offload_pages:last_known',
      'layer:offload_layer_seen_timestamp_seconds:last_known',
    ),
    [1, 2],
  ),
];
