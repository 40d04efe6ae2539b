import { hours } from '../world/time.ts';
import {
  at,
  DAYS,
  EARLIER,
  HOURS,
  type Labels,
  last,
  type Past,
  RECENT,
  remembered,
  ruleOf,
  type Sheet,
  type Table,
  table,
  textOf,
  WEEKS,
} from './table.ts';
import { isScrapedTwice, START, startOf, tellTarget } from './targets.ts';
import {
  COLLECTOR,
  COLUMN,
  DATASET,
  isSeen,
  JOB,
  type Kept,
  keptPast,
  LAYER,
  PIPELINE,
  QUERY,
  QUEUE,
  recalled,
  SOURCE,
  STATISTIC,
  SUITE,
  subjectsBy,
  TABLE,
} from './totals.ts';

const RETIREMENTS = new Map<Kept, readonly Kept[]>([
  [JOB, [JOB]],
  [LAYER, [LAYER]],
  [TABLE, [TABLE, LAYER]],
  [SOURCE, [SOURCE, JOB]],
  [DATASET, [DATASET]],
  [SUITE, [SUITE, DATASET]],
  [COLUMN, [DATASET]],
  [QUEUE, [QUEUE]],
  [STATISTIC, [STATISTIC]],
  [PIPELINE, [PIPELINE]],
  [COLLECTOR, [COLLECTOR]],
  [QUERY, [COLLECTOR]],
]);

/** What is told of one thing, and what is known of it. */
export interface Told {
  readonly sheet: Sheet;
  readonly subject: Labels;
  /** What is known of a thing that was recorded before. */
  known(values: readonly number[], more?: Labels): number | undefined;
  /** What processes say now, each on an instance of its own. */
  said(
    metric: string,
    values: readonly number[],
    more?: Labels,
  ): { readonly instance: string; readonly value: number }[];
  /** What a series is now that has the labels of the thing. */
  now(
    metric: string,
    values: readonly (number | undefined)[],
    labels?: readonly string[],
  ): number | undefined;
}

export type Tell = (told: Told) => number | undefined;

export const most = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);
export const least = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.min(...values);
export const defined = (...values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);
export const valuesOf = (said: readonly { readonly value: number }[]) => said.map(({ value }) => value);

/** The tables of a series that is recorded of each thing. */
export function recordTables(
  thing: Kept,
  record: string,
  tell: Tell,
  seeds: readonly number[] = [1, 2],
): Table[] {
  const rule = ruleOf(record);
  const isKept = rule.expr.includes(`${record}_hourly`);
  const hows = [
    ...(isKept ? [HOURS, DAYS] : [HOURS]).flatMap((reach) => seeds.map((seed) => ({ reach, seed }))),
    ...(isKept ? [RECENT, WEEKS] : []).map((reach) => ({ reach, seed: 1 })),
  ];
  return hows.map((how) =>
    table(rule, how, (sheet) => {
      for (const subject of subjectsBy(thing.labels))
        sheet.expect(subject, tell(toldOf(sheet, thing, record, subject)));
    }),
  );
}

export function toldOf(sheet: Sheet, thing: Kept, record: string, subject: Labels): Told {
  const { dice } = sheet;
  return {
    sheet,
    subject,
    known(values, more = {}) {
      const own = keptPast(dice, sheet.reach, () => dice.one(...values));
      sheet.tell(record, { ...subject, ...more }, own.self);
      sheet.tell(`${record}_hourly`, { ...subject, ...more }, own.copies);
      const seen = isSeen(sheet, subject, thing);
      const value = recalled(sheet, subject, RETIREMENTS.get(thing)!, own);
      return seen ? value : undefined;
    },
    said(metric, values, more = {}) {
      return ['a', 'b'].slice(0, dice.one(0, 0, 1, 2)).map((instance) => {
        const value = dice.one(...values);
        sheet.tell(metric, { ...subject, ...more, job: 'j', instance }, value);
        return { instance, value };
      });
    },
    now: (metric, values, labels = thing.labels) =>
      sheet.shared(metric, subject, labels, () => dice.one(...values)),
  };
}

/** What the processes say now, else what was known. */
export const lastKnown =
  (metric: string): Tell =>
  ({ said, known }) => {
    const now = most(valuesOf(said(metric, [1, 2, 3, 4])));
    const was = known([5, 6, 7]);
    return now ?? was;
  };

/** The newest of what has come. */
export const newest =
  (metric: string): Tell =>
  ({ sheet, said, known }) => {
    const times = [1_000, 2_000, 3_000, sheet.now + 290, sheet.now + 300, sheet.now + 315, sheet.now + 350];
    const come = valuesOf(said(metric, times)).filter((value) => value <= sheet.now + 300);
    return most(defined(...come, known([1_500, 2_500, 3_500, sheet.now + 200])));
  };

const first =
  (metric: string): Tell =>
  ({ said, known }) =>
    least(defined(...valuesOf(said(metric, [1_000, 2_000, 3_000])), known([1_500, 2_500, 3_500])));

/** What is said by who acted last. */
export const ofLatest =
  (metric: string, acted: string): Tell =>
  ({ sheet, subject, known, now }) => {
    const latest = now(`${Object.keys(subject).join('_')}:${acted}:last_known`, [undefined, 100, 200, 200]);
    const said = ['a', 'b', 'c'].flatMap((instance) => {
      const at = sheet.dice.one(undefined, 100, 199, 200, 300);
      const value = sheet.dice.one(undefined, 1, 2, 3, 4);
      const process = { ...subject, job: sheet.dice.one('j', 'j', 'k'), instance };
      sheet.tell(acted, process, at);
      sheet.tell(metric, sheet.dice.maybe(0.85) ? process : { ...process, job: 'other' }, value);
      const isOne = sheet.series.has(`${metric}${textOf(process)}`);
      return at !== undefined && value !== undefined && isOne && latest !== undefined && at >= latest
        ? [value]
        : [];
    });
    const was = known([5, 6, 7]);
    return most(said) ?? was;
  };

/** When what is recorded last became another. */
const changed =
  (recorded: string): Tell =>
  ({ sheet, subject, known }) => {
    const { dice, now } = sheet;
    // An interval is never nothing, what else is promised may be.
    const is = dice.one(undefined, recorded.includes('interval') ? 30 : 0, 60, 60, 120);
    const agos =
      sheet.reach.step < 300 ? [120, 3_000, 6_960, 7_560, 12_000] : [hours(1), hours(1.5), hours(3)];
    const before: Past = [...new Set([dice.one(...agos), dice.one(...agos)])].map((ago) => [
      ago,
      dice.one(60, 60, 120),
    ]);
    const told = dice.maybe(0.8) ? before : [];
    sheet.tell(recorded, subject, [...(is === undefined ? [] : [[0, is] as const]), ...told]);
    const was = last(told, hours(2), EARLIER);
    // Where nobody says it now, a sample of some minutes ago is that of now.
    const now_ = is ?? at(told);
    const since = known([100, 200]);
    return now_ !== undefined && was !== undefined && now_ !== was ? now : since;
  };

/** When the declared interval last became another than what was recorded. */
const intervalChanged: Tell = ({ sheet, subject, said, known }) => {
  const is = most(valuesOf(said('job_interval_seconds', [60, 60, 120])));
  const record = 'job_name:job_interval_seconds:last_known';
  const { self, copies } = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(60, 60, 120));
  sheet.tell(record, subject, self);
  sheet.tell(`${record}_hourly`, subject, copies);
  const was = remembered(self, copies);
  const since = known([100, 200]);
  return is !== undefined && was !== undefined && is !== was ? sheet.now : since;
};

/** What was last said of whether it is meant to run. */
export const enabled =
  (metric: string, thing: Kept): Tell =>
  ({ sheet, subject, said, known }) => {
    const states = ['enabled', 'disabled', 'standby'].filter((state) =>
      valuesOf(said(metric, [0, 1, 1], { state })).includes(1),
    );
    const was = known([0, 1, 2]);
    if (states.includes('enabled')) return 1;
    if (states.includes('disabled')) return 0;
    return was ?? (isSeen(sheet, subject, thing) ? 1 : undefined);
  };

/** A total that may have grown since the evaluation before; how much. */
function grownOf(
  { sheet }: Told,
  metric: string,
  labels: Labels,
  values = [0, 1, 3, 3, 5],
): { readonly total: number | undefined; readonly grown: number | undefined } {
  const { dice } = sheet;
  const total = dice.one(undefined, ...values);
  const agos =
    sheet.reach.step < 300
      ? [120, 240, 10_200, 11_400, 21_000, 22_200, 40_000 - (40_000 % 120)]
      : [hours(1), hours(2), hours(2.5), hours(5), hours(7)];
  const before: Past = [...new Set([dice.one(...agos), dice.one(...agos)])]
    .filter(() => dice.maybe(0.7))
    .map((ago) => [ago, dice.one(...values)]);
  sheet.tell(metric, labels, [...(total === undefined ? [] : [[0, total] as const]), ...before]);
  const now = total ?? at(before);
  const was = last(before, hours(6), EARLIER) ?? 0;
  return { total: now, grown: now !== undefined && now - was > 0 ? now - was : undefined };
}

const sum = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0);

/** How many runs had failed when one last did not. */
const failedRuns: Tell = (told) => {
  const totals = ['failed', 'timeout', 'success', 'partial', 'cancelled'].map((status) => ({
    status,
    ...grownOf(told, 'job_name_status:job_runs:total', { ...told.subject, status }),
  }));
  const failed = sum(
    totals.filter(({ status }) => ['failed', 'timeout'].includes(status)).flatMap(({ total }) => total ?? []),
  );
  const isGood = totals.some(
    ({ status, grown }) => ['success', 'partial'].includes(status) && grown !== undefined,
  );
  const was = told.known([2, 4, 6]);
  if (failed !== undefined && isGood) return failed;
  return was ?? (failed === undefined ? undefined : 0);
};

/** How many offloads of a table had failed when it last succeeded. */
const failedOffloads: Tell = (told) => {
  const of = (status: string) =>
    grownOf(told, 'layer_table_status:offload_duration_seconds_count:total', { ...told.subject, status });
  const [failed, good] = [of('failed'), of('success')];
  of('partial');
  const { sheet, subject } = told;
  const record = 'layer_table:offload_failures_before:last_known';
  const own = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(2, 4, 6));
  sheet.tell(record, subject, own.self);
  sheet.tell(`${record}_hourly`, subject, own.copies);
  const was = knownOfTable(sheet, subject, own);
  if (failed.total !== undefined && good.grown !== undefined) return failed.total;
  return was ?? (failed.total === undefined ? undefined : 0);
};

/** Of a table in a known layer, declared or not, unless it is retired. */
function knownOfTable(
  sheet: Sheet,
  subject: Labels,
  own: { readonly self: Past; readonly copies: Past },
): number | undefined {
  const isRetired =
    sheet.shared(
      'layer_table:offload_table_retired_timestamp_seconds:last_known',
      subject,
      TABLE.labels,
      (dice) => (dice.maybe(0.3) ? 9 : undefined),
    ) !== undefined;
  const isOfRetired =
    sheet.shared('layer:offload_layer_retired_timestamp_seconds:last_known', subject, LAYER.labels, (dice) =>
      dice.maybe(0.3) ? 9 : undefined,
    ) !== undefined;
  const value = at(own.self) ?? (isRetired || isOfRetired ? undefined : remembered(own.self, own.copies));
  const isThere = isSeen(sheet, subject, LAYER) && !(isRetired && !isSeen(sheet, subject, TABLE));
  return isThere ? value : undefined;
}

/** How late the starts were that have just been seen. */
const lateness: Tell = (told) => {
  const late = grownOf(told, 'job_name:job_start_lateness_seconds_sum:total', told.subject, [0, 0.5, 3, 8]);
  const count = grownOf(
    told,
    'job_name:job_start_lateness_seconds_count:total',
    told.subject,
    [0, 0.5, 1, 2, 4],
  );
  const was = told.known([2, 4, 6]);
  if (late.grown !== undefined && count.grown !== undefined) return late.grown / count.grown;
  return count.grown === undefined ? was : 0;
};

/** When a start last was skipped because another run was under way, or two were. */
function tellOverlap(sheet: Sheet): void {
  const { dice } = sheet;
  const targets = ['j', 'k'].flatMap((job) =>
    ['a', 'b', 'c', 'd'].map((instance) => {
      const endings = dice.one<readonly boolean[]>([], [false], [true], [true], [false, true]);
      const starts = endings.map((isEnded, i) =>
        startOf(`${dice.one('p', 'q')}${i}`, isEnded ? dice.one(240, 480) : undefined),
      );
      const { spoken } = tellTarget(sheet, { job, instance }, starts);
      const scraped = { group: 'jobs', value: 9, isHere: 0.6 };
      return { job, instance, isTwice: isScrapedTwice(sheet, { job, instance }, scraped, spoken) };
    }),
  );
  for (const subject of subjectsBy(JOB.labels)) {
    const told = toldOf(sheet, JOB, 'job_name:job_overlap_timestamp_seconds:last_known', subject);
    const skipped = grownOf(told, 'job_name_status:job_runs:total', {
      ...subject,
      status: 'skipped_overlap',
    });
    grownOf(told, 'job_name_status:job_runs:total', { ...subject, status: 'success' });
    const running = targets
      .filter(() => dice.maybe(0.2))
      .flatMap(({ job, instance, isTwice }) => {
        const value = dice.one(0, 0.5, 1, 1, 2);
        sheet.tell('job_running', { ...subject, job, instance }, value);
        return isTwice ? [] : [value];
      });
    const was = told.known([100, 200]);
    sheet.expect(subject, skipped.grown !== undefined || (sum(running) ?? 0) > 1 ? sheet.now : was);
  }
}

const isDisabled = ({ now }: Told) => now('job_name:job_enabled:last_known', [undefined, 0, 1, 1]) === 0;

/** Until when a job is accounted for. */
const accounted: Tell = (told) => {
  const disabled = isDisabled(told);
  const run = told.now('job_name:job_last_run_timestamp_seconds:last_known', [undefined, 100, 200, 300]);
  const interval = told.now('job_name:job_interval_changed_timestamp_seconds:last_known', [
    undefined,
    100,
    200,
    250,
  ]);
  const was = told.known([100, 200, 350]);
  const declared = least(valuesOf(told.said('job_declared_timestamp_seconds', [50, 60, 400])));
  return disabled ? told.sheet.now : (most(defined(run, interval, was)) ?? declared);
};

/** Since when the first success is waited for. */
const awaited: Tell = (told) => {
  const isNow = isDisabled(told);
  const success = told.now('job_name:job_last_success_timestamp_seconds:last_known', [
    undefined,
    undefined,
    100,
  ]);
  const was = told.known([100, 200]);
  const declared = least(valuesOf(told.said('job_declared_timestamp_seconds', [50, 60, 400])));
  return isNow || success !== undefined ? told.sheet.now : (was ?? declared);
};

const bounds = (told: Told) => {
  const interval = told.now('job_name:job_interval_seconds:last_known', [
    undefined,
    600,
    600,
    810,
    900,
    990,
    1_200,
  ]);
  const duration = told.now('job_name:job_duration_objective_seconds:last_known', [undefined, 60, 300]);
  return {
    duration,
    within: interval === undefined ? undefined : interval + Math.max(interval / 3, 300) + (duration ?? 0),
  };
};

/** How long ago a run ended, where that is too long. */
const standstill: Tell = (told) => {
  const age = told.now('job_name:job_run_age_seconds:last_known', [
    undefined,
    300,
    600,
    900,
    901,
    960,
    1_200,
    1_201,
    1_290,
    1_500,
    1_600,
    1_700,
  ]);
  const fresh = told.now('job_name:job_freshness_objective_seconds:last_known', [
    undefined,
    900,
    1_200,
    1_200,
    1_600,
  ]);
  const began = told.now('job_run_started_timestamp_seconds', [undefined, 9]);
  const { duration, within } = bounds(told);
  if (age === undefined) return undefined;
  const isAtWork = fresh !== undefined && age <= fresh && began !== undefined && duration === undefined;
  const isLate = within !== undefined && age > within && !isAtWork;
  return isLate || (fresh !== undefined && age > fresh) ? age : undefined;
};

/** How old data is, as it is judged: no longer than since the interval changed. */
const dataAge: Tell = ({ now }) => {
  const view = now('job_name:job_view_timestamp_seconds:min', [undefined, 5_000, 5_000, 5_030]);
  const changed = now('job_name:job_interval_changed_timestamp_seconds:last_known', [
    undefined,
    4_000,
    4_400,
  ]);
  const awaited = now('job_name:job_first_success_awaited_timestamp_seconds:last_known', [
    undefined,
    3_500,
    4_000,
    4_700,
  ]);
  const success = now('job_name:job_success_age_seconds:last_known', [
    undefined,
    undefined,
    300,
    1_000,
    1_500,
  ]);
  const since = (time: number | undefined) =>
    view === undefined || time === undefined ? undefined : view - time;
  const age = success ?? since(awaited);
  return age === undefined ? undefined : least(defined(age, since(changed)));
};

/** The time of the schedule that counts. */
const due: Tell = (told) => {
  const { sheet } = told;
  const { now } = sheet;
  const ran = told.now('job_name:job_accounted_timestamp_seconds:last_known', [
    undefined,
    now - 500,
    now - 300,
    now - 100,
  ]);
  const interval = told.now('job_name:job_interval_seconds:last_known', [undefined, 100, 600, 3_600]);
  const tolerance = interval === undefined ? undefined : Math.min(RATIO * interval, TOLERANCE);
  // When a timer that counts from the last run comes next, and as much beside it as still is that.
  const anew = ran === undefined || interval === undefined ? undefined : ran + interval;
  const around =
    anew === undefined || tolerance === undefined
      ? []
      : [0, -tolerance, tolerance, tolerance + 5, -tolerance - 5].map((beside) => anew + beside);
  const nexts = valuesOf(
    told.said('job_next_run_timestamp_seconds', [now - 300, now, now + 1, now + 200, ...around]),
  );
  const next = most(nexts);
  const was = told.known([now - 500, now - 300, now - 290, now - 250, now - 240, now - 200, now, now + 50]);
  const countsAnew = nexts.some(
    (one) => one > now && anew !== undefined && Math.abs(one - anew) <= (tolerance ?? 0),
  );
  const isDue =
    was !== undefined && was <= now && ran !== undefined && tolerance !== undefined && was > ran + tolerance;
  if (isDue && !countsAnew) return was;
  return next !== undefined && ran !== undefined && next > ran ? next : was;
};
const [, RATIO, TOLERANCE] = /clamp_max\(([\d.]+) \* job_name:job_interval_seconds:last_known, ([\d.]+)\)/
  .exec(ruleOf('job_name:job_due_timestamp_seconds:last_known').expr)!
  .map(Number) as [number, number, number];

/** When a watermark last moved, also of tables of which no process knows one. */
const updated: Tell = (told) => {
  const { sheet, subject } = told;
  const { dice, now } = sheet;
  const all: number[] = [];
  const come: number[] = [];
  for (const instance of ['a', 'b'].filter(() => dice.maybe())) {
    const job = dice.one('j', 'k');
    const value = dice.one(1_000, 2_000, now + 290, now + 300, now + 315, now + 350);
    sheet.tell('offload_watermark_updated_timestamp_seconds', { ...subject, job, instance }, value);
    all.push(value);
    const of = dice.one(undefined, job, job, job === 'j' ? 'k' : 'j');
    if (of !== undefined)
      sheet.tell('offload_watermark_timestamp_seconds', { ...subject, job: of, instance }, 7);
    if (of === job && value <= now + 300) come.push(value);
  }
  const was = told.known([1_500, 2_500, now + 100]);
  return most(defined(...come, was)) ?? least(all);
};

/** How many services have declared a thing of which no single one has all the processes. */
export const services =
  (declared: string, labels: readonly string[]) =>
  (sheet: Sheet): void => {
    const { dice } = sheet;
    const targets = ['j', 'k', 'l'].flatMap((job) =>
      ['a', 'b', 'c'].map((instance) => {
        const starts = dice.one<readonly string[]>(['p'], ['q'], ['r'], ['s'], ['p', 'q'], ['t', 's'], []);
        // Where two have been on one target, the one that began last.
        for (const [i, process_id] of starts.entries())
          sheet.tell(START, { process_id, job, instance }, 9 - i);
        return { job, instance, pid: starts[0] };
      }),
    );
    for (const subject of subjectsBy(labels)) {
      const its = targets.filter(() => dice.maybe(0.3));
      for (const { job, instance } of its) {
        sheet.tell(declared, { ...subject, kind: 'u', job, instance }, dice.one(60, 120));
        if (dice.maybe(0.3)) sheet.tell(declared, { ...subject, kind: 'v', job, instance }, 60);
      }
      const jobs = new Set(its.map(({ job }) => job));
      const pidsOf = (some: typeof its) => new Set(some.flatMap(({ pid }) => pid ?? [])).size;
      const each = [...jobs].map((job) => pidsOf(its.filter((one) => one.job === job)));
      const all = pidsOf(its);
      sheet.expect(subject, all > 0 && all > Math.max(...each) ? jobs.size : undefined);
    }
  };

/** Of which thing which metric is stated, what declares the thing, and which label the metric has besides. */
export type Stated = readonly [thing: Kept, metric: string, declared: string, more: string | undefined];

const stated: readonly Stated[] = [
  [JOB, 'job_duration_objective_seconds', 'job_interval_seconds', undefined],
  [JOB, 'job_owner_info', 'job_interval_seconds', 'owner'],
  [LAYER, 'offload_owner_info', 'offload_interval_seconds', 'owner'],
  [LAYER, 'offload_pages', 'offload_interval_seconds', undefined],
];

/** What a living process says, and of what is gone what was said when it was. */
export function tellStated(sheet: Sheet, [thing, metric, declared, more]: Stated): void {
  const { dice } = sheet;
  const record = `${[...thing.labels, ...(more === undefined ? [] : [more])].join('_')}:${metric}:last_known`;
  for (const subject of subjectsBy(thing.labels)) {
    const told = toldOf(sheet, thing, record, subject);
    const isDeclared = told.said(declared, [60]).length > 0;
    for (const value of more === undefined ? [undefined] : ['us', 'them']) {
      const labels: Labels = value === undefined ? {} : { [more!]: value };
      const said = most(valuesOf(told.said(metric, [1, 2, 3], labels)));
      const was = dice.maybe(0.7) ? told.known([5, 6, 7], labels) : undefined;
      sheet.expect({ ...subject, ...labels }, said ?? (isDeclared ? undefined : was));
    }
  }
}

/** Which services export a job now; of one that none exports, which did last. */
function tellExporters(sheet: Sheet): void {
  const { dice } = sheet;
  const record = 'job_name_job:job_interval_seconds:last_known';
  for (const subject of subjectsBy(JOB.labels)) {
    const told = toldOf(sheet, JOB, record, subject);
    const services = ['api', 'worker'].map((job) => ({
      job,
      said: ['a', 'b']
        .filter(() => dice.maybe(0.3))
        .map((instance) => {
          const value = dice.one(60, 120, 600);
          sheet.tell('job_interval_seconds', { ...subject, job, instance }, value);
          return value;
        }),
      was: dice.maybe(0.7) ? told.known([5, 6, 7], { job }) : undefined,
    }));
    const isDeclared = services.some(({ said }) => said.length > 0);
    for (const { job, said, was } of services)
      sheet.expect({ ...subject, job }, most(said) ?? (isDeclared ? undefined : was));
  }
}

/** What is known of things, and what follows from it. */
export const recordingTables: readonly Table[] = [
  ...['job_interval_seconds', 'job_success_objective_ratio'].flatMap((metric) =>
    recordTables(JOB, `job_name:${metric}:last_known`, lastKnown(metric)),
  ),
  ...['timeout_seconds', 'interval_seconds', 'age_objective_seconds', 'values_expected'].flatMap((what) =>
    recordTables(
      QUERY,
      `collector_query:sql_collector_${what}:last_known`,
      lastKnown(`sql_collector_${what}`),
    ),
  ),
  ...['offload_lag_objective_seconds', 'offload_watermark_timestamp_seconds'].flatMap((metric) =>
    recordTables(TABLE, `layer_table:${metric}:last_known`, lastKnown(metric)),
  ),
  ...recordTables(
    JOB,
    'job_name:job_last_run_timestamp_seconds:last_known',
    newest('job_last_run_timestamp_seconds'),
  ),
  ...recordTables(
    SOURCE,
    'job_name_source:sync_source_last_success_timestamp_seconds:last_known',
    newest('sync_source_last_success_timestamp_seconds'),
  ),
  ...recordTables(
    SOURCE,
    'job_name_source:sync_source_first_seen_timestamp_seconds:first_known',
    first('sync_source_first_seen_timestamp_seconds'),
  ),
  ...recordTables(
    JOB,
    'job_name:job_last_run_duration_seconds:last_known',
    ofLatest('job_last_run_duration_seconds', 'job_last_run_timestamp_seconds'),
  ),
  ...recordTables(
    LAYER,
    'layer:offload_interval_changed_timestamp_seconds:last_known',
    changed('layer:offload_interval_seconds:last_known'),
  ),
  ...recordTables(
    TABLE,
    'layer_table:offload_lag_objective_changed_timestamp_seconds:last_known',
    changed('layer_table:offload_lag_objective_seconds:last_known'),
  ),
  ...recordTables(JOB, 'job_name:job_interval_changed_timestamp_seconds:last_known', intervalChanged),
  ...recordTables(JOB, 'job_name:job_enabled:last_known', enabled('job_lifecycle_state', JOB)),
  ...recordTables(LAYER, 'layer:offload_enabled:last_known', enabled('offload_lifecycle_state', LAYER)),
  ...recordTables(JOB, 'job_name:job_runs_failed:at_last_good_run', failedRuns, [1, 2, 3, 4]),
  ...recordTables(TABLE, 'layer_table:offload_failures_before:last_known', failedOffloads, [1, 2, 3, 4]),
  ...recordTables(JOB, 'job_name:job_start_lateness_seconds:last_known', lateness, [1, 2, 3]),
  ...recordTables(JOB, 'job_name:job_accounted_timestamp_seconds:last_known', accounted, [1, 2, 3, 4]),
  ...recordTables(
    JOB,
    'job_name:job_first_success_awaited_timestamp_seconds:last_known',
    awaited,
    [1, 2, 3, 4],
  ),
  ...recordTables(JOB, 'job_name:job_standstill_seconds:last_known', standstill, [1, 2, 3, 4]),
  ...recordTables(JOB, 'job_name:job_data_age_seconds:judged', dataAge, [1, 2, 3]),
  ...recordTables(JOB, 'job_name:job_due_timestamp_seconds:last_known', due, [1, 2, 3, 4]),
  ...recordTables(TABLE, 'layer_table:offload_watermark_updated_timestamp_seconds:last_known', updated),
  ...[1, 2, 3, 4, 5, 6].map((seed) =>
    table(ruleOf('job_name:job_overlap_timestamp_seconds:last_known'), { reach: HOURS, seed }, tellOverlap),
  ),
  ...[HOURS, DAYS, RECENT, WEEKS].flatMap((reach) =>
    [1, 2, 3].flatMap((seed) => [
      table(ruleOf('job_name_job:job_interval_seconds:last_known'), { reach, seed }, tellExporters),
      ...stated.map((each) => {
        const [thing, metric, , more] = each;
        return table(
          ruleOf(
            `${[...thing.labels, ...(more === undefined ? [] : [more])].join('_')}:${metric}:last_known`,
          ),
          { reach, seed },
          (sheet) => tellStated(sheet, each),
        );
      }),
    ]),
  ),
  ...[1, 2].flatMap((seed) => [
    table(
      ruleOf('job_name:job_services:count'),
      { reach: HOURS, seed },
      services('job_interval_seconds', JOB.labels),
    ),
    table(
      ruleOf('layer_table:offload_table_services:count'),
      { reach: HOURS, seed },
      services('offload_lag_objective_seconds', TABLE.labels),
    ),
  ]),
];
