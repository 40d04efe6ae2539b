import { nameOf, type YamlRule } from '../../rules/rule.ts';
import { days, hours } from '../world/time.ts';
import {
  at,
  DAYS,
  type Dice,
  HOURS,
  type Labels,
  last,
  type Past,
  RECENT,
  type Reach,
  remembered,
  ruleOf,
  type Sheet,
  type Table,
  table,
  WEEKS,
} from './table.ts';

/** What goes on of a total while no process counts, by what is told besides. */
type Carried = (
  sheet: Sheet,
  subject: Labels,
  own: { readonly self: Past; readonly copies: Past; readonly counted: boolean },
) => number | undefined;

const MONTH: Reach = { name: 'a month', step: 1_800, now: days(34) };
const DAY: Reach = { name: 'a day', step: 1_800, now: days(20) };

const whatever: Carried = (_, __, { self, copies }) => remembered(self, copies);

/** Of subjects that another series has. */
const ofThose =
  (metric: string, labels: readonly string[], statics: Labels = {}): Carried =>
  (sheet, subject, { self, copies }) =>
    sheet.shared(metric, subject, labels, (dice) => dice.one(undefined, 0, 7, 7), statics) === undefined
      ? undefined
      : remembered(self, copies);

export interface Kept {
  readonly noun: string;
  readonly labels: readonly string[];
}

const level = (labels: readonly string[]): string => labels.join('_');
export const isRetired = (sheet: Sheet, subject: Labels, { noun, labels }: Kept): boolean =>
  sheet.shared(`${level(labels)}:${noun}_retired_timestamp_seconds:last_known`, subject, labels, (dice) =>
    dice.maybe(0.3) ? 9 : undefined,
  ) !== undefined;
export const isSeen = (sheet: Sheet, subject: Labels, { noun, labels }: Kept): boolean =>
  sheet.shared(`${level(labels)}:${noun}_seen_timestamp_seconds:last_known`, subject, labels, (dice) =>
    dice.maybe(0.7) ? 8 : undefined,
  ) !== undefined;

/** What was recorded last and not before a retirement. */
export const recalled = (
  sheet: Sheet,
  subject: Labels,
  things: readonly Kept[],
  { self, copies }: { readonly self: Past; readonly copies: Past },
) => {
  const retired = things.map((each) => isRetired(sheet, subject, each)).includes(true);
  return at(self) ?? (retired ? undefined : remembered(self, copies));
};

export const JOB: Kept = { noun: 'job', labels: ['job_name'] };
export const LAYER: Kept = { noun: 'offload_layer', labels: ['layer'] };
export const TABLE: Kept = { noun: 'offload_table', labels: ['layer', 'table'] };
export const SOURCE: Kept = { noun: 'sync_source', labels: ['job_name', 'source'] };
export const DATASET: Kept = { noun: 'dataset', labels: ['dataset', 'layer'] };
export const SUITE: Kept = { noun: 'dataset_suite', labels: ['dataset', 'layer', 'suite'] };
export const QUEUE: Kept = { noun: 'queue', labels: ['queue'] };
export const STATISTIC: Kept = { noun: 'statistic', labels: ['statistic', 'kind'] };
export const PIPELINE: Kept = { noun: 'pipeline', labels: ['pipeline_name'] };
export const COLLECTOR: Kept = { noun: 'sql_collector', labels: ['collector'] };
export const QUERY: Kept = { noun: 'sql_query', labels: ['collector', 'query'] };
export const COLUMN: Kept = { noun: 'dataset_column', labels: ['dataset', 'layer', 'column'] };

const knownOf =
  (thing: Kept): Carried =>
  (sheet, subject, own) => {
    const seen = isSeen(sheet, subject, thing);
    const value = recalled(sheet, subject, [thing], own);
    return seen ? value : undefined;
  };

export const ofTable: Carried = (sheet, subject, own) => {
  const value = recalled(sheet, subject, [TABLE, LAYER], own);
  const isGone = isRetired(sheet, subject, TABLE) && !isSeen(sheet, subject, TABLE);
  return isSeen(sheet, subject, LAYER) && !isGone ? value : undefined;
};

/** Until it has not grown for so long. */
const growingIn =
  (window: number): Carried =>
  (_, __, { self, copies, counted }) => {
    const value = remembered(self, copies);
    const then = last(copies, hours(2), window);
    return value !== undefined && then !== undefined && value <= then && !counted ? undefined : value;
  };
const whileGrowing = growingIn(days(30));
const whileGrowingInADay = growingIn(days(1));

/** Of what is told of as long as another thing is not retired, and is seen itself. */
const ofThing =
  (retired: Kept, seen: Kept): Carried =>
  (sheet, subject, own) => {
    const value = recalled(sheet, subject, [retired], own);
    return isSeen(sheet, subject, seen) ? value : undefined;
  };

const COUNTS = [0, 0, 0.5, 1, 1.5, 5, 5, 9];

/** The past of a total, or of anything else that is kept, with the copies that were made of it. */
export function keptPast(
  dice: Dice,
  reach: Reach,
  value: () => number,
): { readonly self: Past; readonly copies: Past } {
  const some = (agos: readonly number[], most: number): Past => {
    const times = new Set<number>();
    for (let i = dice.one(0, 1, 2, most); i > 0; i--) times.add(dice.one(...agos));
    return [...times].map((ago) => [ago, value()] as const);
  };
  const all = (agos: readonly number[]): Past =>
    agos.filter(() => dice.maybe(0.6)).map((ago) => [ago, value()]);
  if (reach === RECENT) return { self: all([2_400, 3_000, 4_200, 6_960]), copies: all([3_600, 7_200]) };
  if (reach === WEEKS)
    return {
      self: [],
      copies: all([days(3), days(4), days(6.5), days(7.5), days(13)]).slice(dice.one(0, 1, 2, 3)),
    };
  if (reach.step < 300)
    return {
      self: some([120, 120, 3_000, 5_400, 6_960, 7_440, 9_000, 13_800], 3),
      copies: some([600, 3_600, 7_200, 18_000], 2),
    };
  const hour = hours(1);
  return {
    self: some([hour, 1.5 * hour, 3 * hour, 5 * hour], 2),
    copies: some([hour, days(2), days(3), days(4), days(6.5), days(7.5), days(13), days(15)], 3),
  };
}

/** A month ago, or a day, and more, the copies of a total too. */
function farPast(sheet: Sheet): { readonly self: Past; readonly copies: Past } {
  const { self, copies } = keptPast(sheet.dice, DAYS, () => sheet.dice.one(2, 5, 9));
  const window = sheet.reach === MONTH ? 30 * 24 : 24;
  const far = [window / 2, window, window + 0.5, window + 1.5, window + 2.5, window + 3.5].map(hours);
  const times = new Set([sheet.dice.one(...far), sheet.dice.one(...far)]);
  return {
    self,
    copies: [
      ...copies.filter(([ago]) => !times.has(ago)),
      ...[...times].map((ago) => [ago, sheet.dice.one(2, 5, 9)] as const),
    ],
  };
}

interface TotalOf {
  readonly rule: YamlRule;
  readonly carried: Carried;
  /** What it is none of where there is nothing else. */
  readonly noneOf?: string;
  readonly values?: { readonly [label: string]: readonly string[] };
}

/** Fills a sheet with processes, and what each has counted of each subject now and before. */
function tellTotal(sheet: Sheet, { rule, carried, noneOf }: TotalOf): void {
  const { dice } = sheet;
  const record = nameOf(rule);
  const statics = rule.labels ?? {};
  const by = /^sum by \(([^)]*)\)/.exec(rule.expr)![1]!.split(', ');
  const now = /\(\s*\(([\w:]+)/.exec(rule.expr)![1]!;
  const group = now.split(':').at(-1)!;
  const [begun, fresh] = [
    `process_id_job_instance:sightglass_process_start_timestamp_seconds:${group}`,
    `job_instance:sightglass_process_is_new:${group}`,
  ];
  const isMonth = sheet.reach === MONTH || sheet.reach === DAY;
  const processes = ['j', 'k'].flatMap((job) =>
    ['a', 'b', 'c', 'd'].map((instance) => {
      const start = dice.one(100, 200);
      const pid = dice.one('p', 'q', 'r');
      const is = dice.maybe(0.8) ? pid : undefined;
      const before = dice.maybe(0.75) ? dice.one(pid, pid, 'q', 's') : undefined;
      const beforeStart = dice.maybe(0.85) ? start : 150;
      const isFresh = dice.one(undefined, undefined, 1, 1, 2, 0);
      sheet.tell(begun, { process_id: is ?? '', job, instance }, is === undefined ? undefined : start);
      sheet.tell(
        `${begun}_before`,
        { process_id: before ?? '', job, instance },
        before === undefined ? undefined : beforeStart,
      );
      sheet.tell(fresh, { job, instance }, isFresh);
      return {
        job,
        instance,
        isFresh: isFresh === 1,
        isSame: is !== undefined && is === before && start === beforeStart,
        wasThere: before !== undefined,
      };
    }),
  );
  const subjects = subjectsBy(by.filter((label) => label !== 'job')).slice(0, 50);
  const sums = new Map<string, { labels: Labels; sum: number }>();
  const add = (labels: Labels, value: number) => {
    const key = JSON.stringify(labels);
    sums.set(key, { labels, sum: (sums.get(key)?.sum ?? 0) + value });
  };
  for (const [i, subject] of subjects.entries()) {
    const isCounted = dice.maybe(isMonth || sheet.isOdd ? 0.3 : 0.8);
    const its = !isCounted ? [] : processes.filter(() => dice.maybe(sheet.isOdd ? 0.12 : 0.35));
    const groups = by.includes('job') ? ['j', 'k'].map((job) => ({ ...subject, job })) : [subject];
    for (const of of groups) {
      const ordered = inOrder(of, by);
      let counted = false;
      for (const { job, instance, isFresh, isSame, wasThere } of its) {
        if ('job' in of && of.job !== job) continue;
        const is = dice.maybe(0.85) ? dice.one(...COUNTS) : undefined;
        const was = dice.maybe(0.7) ? dice.one(...COUNTS) : undefined;
        const labels = { job, instance, ...ordered, ...statics };
        sheet.tell(now, labels, is);
        sheet.tell(`${now}_before`, labels, was);
        if (is === undefined) continue;
        counted = true;
        const grown = was === undefined ? (wasThere ? is : 0) : is >= was ? is - was : isSame ? 0 : is;
        add(ordered, isFresh ? is : grown);
      }
      const own = isMonth ? farPast(sheet) : keptPast(dice, sheet.reach, () => dice.one(0, 3, 10, 20));
      sheet.tell(record, { ...ordered, ...statics }, own.self);
      sheet.tell(`${record}_hourly`, { ...ordered, ...statics }, own.copies);
      const value = carried(sheet, ordered, { ...own, counted });
      if (value !== undefined) add(ordered, value);
      if (noneOf !== undefined) {
        const all = sheet.shared(noneOf, ordered, by, () => undefined, statics);
        if (all !== undefined && !sums.has(JSON.stringify(ordered))) add(ordered, 0);
      }
    }
    // Another SLO, of this subject and of one that this one has not.
    if (Object.keys(statics).length > 0)
      for (const subjectOfOther of [subject, Object.fromEntries(by.map((label) => [label, `other-${i}`]))]) {
        const labels = { ...subjectOfOther, slo: 'other' };
        for (const { job, instance } of processes.filter(() => dice.maybe(0.2))) {
          sheet.tell(now, { job, instance, ...labels }, dice.one(undefined, ...COUNTS));
          sheet.tell(`${now}_before`, { job, instance, ...labels }, dice.one(undefined, ...COUNTS));
        }
        const own = isMonth ? farPast(sheet) : keptPast(dice, sheet.reach, () => dice.one(1, 4));
        sheet.tell(record, labels, own.self);
        sheet.tell(`${record}_hourly`, labels, own.copies);
        if (noneOf !== undefined) sheet.tell(noneOf, labels, dice.maybe() ? 7 : undefined);
      }
  }
  if (carried === whileGrowing && sheet.reach === HOURS) {
    // Nobody has counted it before, and it is no news of a process that began long ago: it is there, and has counted nothing.
    const [target, first] = [{ job: 'j', instance: 'long-here' }, inOrder({ http_route: '/first-seen' }, by)];
    sheet.tell(begun, { process_id: 'z', ...target }, 100);
    sheet.tell(now, { ...target, ...first, ...statics }, 7);
    add(first, 0);
  }
  for (const { labels, sum } of sums.values()) sheet.expect({ ...labels, ...statics }, sum);
}

const inOrder = (subject: Labels, by: readonly string[]): Labels =>
  Object.fromEntries(by.map((label) => [label, subject[label]!]));

/** Things by one label, or by several of which each has a few values. */
export function subjectsBy(labels: readonly string[]): Labels[] {
  const [first, ...others] = labels;
  if (first === undefined) return [{}];
  if (others.length === 0) return Array.from({ length: 60 }, (_, i) => ({ [first]: `${first}-${i}` }));
  const count = labels.length === 2 ? 8 : 4;
  const values = Array.from({ length: count }, (_, i) => `v${i}`);
  return labels.reduce<Labels[]>(
    (all, label) => all.flatMap((each) => values.map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
}

const slo = (name: string, slo: string): YamlRule => ruleOf(`slo:${name}:total`, { slo });

const totals: readonly TotalOf[] = [
  ...[
    'job_name_status:job_runs',
    'job_name:job_manual_runs',
    'job_name:job_run_duration_seconds_sum',
    'job_name:job_start_lateness_seconds_sum',
    'job_name:job_start_lateness_seconds_count',
  ].map((name) => ({ rule: ruleOf(`${name}:total`), carried: knownOf(JOB) })),
  ...['layer_status:offload_cycles', 'layer:offload_rows', 'layer_status:offload_duration_seconds_sum'].map(
    (name) => ({ rule: ruleOf(`${name}:total`), carried: knownOf(LAYER) }),
  ),
  ...[
    'layer_table_status:offload_duration_seconds_count',
    'layer_le_table:offload_rows_per_second_bucket',
  ].map((name) => ({ rule: ruleOf(`${name}:total`), carried: ofTable })),
  ...[
    'job_metric:sightglass_measurements_overflowed',
    'job_metric_reason:sightglass_measurements_dropped',
    'layer_status:pipeline_records_processed',
  ].map((name) => ({ rule: ruleOf(`${name}:total`), carried: whatever })),
  ...['requests', 'failures'].flatMap((what) => [
    {
      rule: ruleOf(`job_http_route:http_server_${what}:total`),
      carried: ofThose('job_http_route:http_route_seen_timestamp_seconds:last_known', ['job', 'http_route']),
    },
    { rule: ruleOf(`job_server_address:http_client_${what}:total`), carried: whileGrowingInADay },
  ]),
  ...['operations', 'failures'].map((what) => ({
    rule: ruleOf(`job_db_system_name:db_client_${what}:total`),
    carried: whileGrowingInADay,
  })),
  {
    rule: ruleOf('dag_id_status_task_id:dag_task_runs:total'),
    carried: ofThing(
      { noun: 'dag', labels: ['dag_id'] },
      { noun: 'dag_task', labels: ['dag_id', 'task_id'] },
    ),
  },
  ...[
    'collector_query_error_type:sql_collector_errors',
    'collector_query:sql_collector_query_duration_seconds_sum',
    'collector_query:sql_collector_query_duration_seconds_count',
  ].map((name) => ({
    rule: ruleOf(`${name}:total`),
    carried: ofThing(COLLECTOR, QUERY),
  })),
  {
    rule: slo('events', 'job-success'),
    carried: ofThose('job_name:job_interval_seconds:last_known', ['job_name']),
  },
  {
    rule: slo('events', 'job-duration'),
    carried: ofThose('job_name:job_duration_objective_seconds:last_known', ['job_name']),
  },
  { rule: slo('events', 'admin-availability'), carried: whileGrowing },
  ...(
    [
      ['job-success', 'job_name'],
      ['job-duration', 'job_name'],
      ['admin-availability', 'http_route'],
    ] as const
  ).map(([name, label]) => ({
    rule: slo('bad_events', name),
    carried: ofThose('slo:events:total', [label], { slo: name }),
    noneOf: 'slo:events:total',
  })),
];

/** What processes have counted, over restarts, gaps and ends. */
export const totalTables: readonly Table[] = totals.flatMap((each) =>
  [
    ...[HOURS, DAYS].flatMap((reach) => [1, 2, 3].map((seed) => ({ reach, seed }))),
    ...[RECENT, WEEKS].map((reach) => ({ reach, seed: 3 })),
    ...(each.carried === whileGrowingInADay ? [1, 2, 3, 4].map((seed) => ({ reach: DAY, seed })) : []),
    ...(each.carried === whileGrowing
      ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) => ({ reach: MONTH, seed }))
      : []),
  ].map((how) => table(each.rule, how, (sheet) => tellTotal(sheet, each))),
);
