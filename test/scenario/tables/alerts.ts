import { nameOf } from '../../rules/rule.ts';
import { rules, sloRules } from '../rules.ts';
import { hours, minutes } from '../world/time.ts';
import { at, HOURS, type Labels, last, type Past, type Sheet, type Table, table } from './table.ts';
import { subjectsBy } from './totals.ts';

/*
 * When the expression of an alert holds, and what it says, by what is recorded: without how long it has to hold, which stories tell.
 */

/** What is told of one thing. */
export interface Told {
  readonly sheet: Sheet;
  readonly subject: Labels;
  /** What a series of the thing is now, or of what it belongs to. */
  now(
    metric: string,
    values: readonly (number | undefined)[],
    labels?: readonly string[],
    statics?: Labels,
  ): number | undefined;
  /** What the processes say of it, each on an instance of its own. */
  said(metric: string, values: readonly number[], labels?: readonly string[]): number[];
  /** Whether one of these alerts fires of the thing, or of what it belongs to, or has in the time before. */
  fires(names: readonly string[], labels: readonly string[], within?: number): boolean;
}

/** So long ago, as samples lie; promtool has no place for what is older than all else by many hours. */
const ago = (seconds: number): number => Math.min(hours(10), Math.round(seconds / 120) * 120);

const NOISE = ['Other', 'IcebergOffloadLagCritical', 'JobLate'];

function toldOf(sheet: Sheet, subject: Labels): Told {
  const { dice } = sheet;
  const own = (labels: readonly string[]) =>
    Object.fromEntries(labels.map((label) => [label, subject[label]!]));
  const all = Object.keys(subject);
  return {
    sheet,
    subject,
    now: (metric, values, labels = all, statics = {}) =>
      sheet.shared(metric, subject, labels, () => dice.one(...values), statics),
    said: (metric, values, labels = all) =>
      ['a', 'b'].slice(0, dice.one(0, 1, 1, 2)).map((instance) => {
        const value = dice.one(...values);
        sheet.tell(metric, { ...own(labels), job: 'j', instance }, value);
        return value;
      }),
    fires(names, labels, within) {
      const key = JSON.stringify([names, within]);
      return (
        sheet.once(key, own(labels), () => {
          let is = false;
          for (const alertname of [...names, ...NOISE.filter((name) => !names.includes(name))]) {
            if (!dice.maybe(0.5 / (names.length + 1))) continue;
            const alertstate = dice.one('firing', 'firing', 'pending');
            const past: Past =
              within === undefined
                ? [[0, 1]]
                : [[ago(dice.one(0, 0.3, 0.6, 0.9, 1.2, 1.8, 2.2) * within), 1]];
            sheet.tell('ALERTS', { alertname, alertstate, ...own(labels) }, past);
            const isNow = within === undefined ? at(past) !== undefined : last(past, within) !== undefined;
            is ||= names.includes(alertname) && alertstate === 'firing' && isNow;
          }
          return is ? 1 : 0;
        }) === 1
      );
    },
  };
}

interface Owner {
  readonly owner?: string;
  readonly pages?: string;
}

/** Who answers for a thing, and by which of its labels. */
const OWNERS = {
  job_name: { record: 'job_name_owner_pages:job_ownership:info', by: ['job_name'] },
  layer: { record: 'layer_owner_pages:offload_ownership:info', by: ['layer'] },
  queue: { record: 'queue_owner_pages:queue_ownership:info', by: ['queue'] },
  dag_id: { record: 'dag_id_owner_pages:dag_ownership:info', by: ['dag_id'] },
  dataset: { record: 'dataset_layer_owner_pages:dataset_ownership:info', by: ['dataset', 'layer'] },
} as const;

/** Tables of each rule of an alert: `tell` gives the value where it holds. `owner` is the label of what has an owner. */
export function tablesOf(
  alert: string,
  labels: readonly string[],
  owner: keyof typeof OWNERS | undefined,
  tell: (told: Told) => number | undefined,
  more: (told: Told) => Labels | undefined = () => ({}),
  seeds: readonly number[] = [1, 2, 3, 4],
): Table[] {
  return [...rules, ...sloRules]
    .filter((rule) => nameOf(rule) === alert)
    .flatMap((rule) =>
      seeds.map((seed) =>
        table(rule, { reach: HOURS, seed }, (sheet) => {
          const owners = new Map<string, Owner | undefined>();
          const { dice } = sheet;
          for (const subject of subjectsBy(labels)) {
            const of = Object.fromEntries(
              (owner === undefined ? [] : OWNERS[owner].by).map((label) => [label, subject[label]!]),
            );
            const key = JSON.stringify(of);
            if (owner !== undefined && !owners.has(key)) {
              const one: Owner | undefined = dice.maybe(0.93)
                ? {
                    ...dice.one<Owner>({}, { owner: 'us' }, { owner: 'them' }),
                    ...dice.one<Owner>({}, { pages: 'false' }),
                  }
                : undefined;
              owners.set(key, one);
              if (one !== undefined) sheet.tell(OWNERS[owner].record, { ...of, ...one }, 1);
            }
            const told = toldOf(sheet, subject);
            const value = tell(told);
            const added = more(told);
            const own = owners.get(key);
            const isMeant =
              !/pages="/.test(rule.expr) ||
              (rule.expr.includes('pages=""') ? own?.pages === undefined : own?.pages === 'false');
            const isOwned = owner === undefined || (own !== undefined && isMeant);
            if (value === undefined || added === undefined || !isOwned) continue;
            sheet.expect(
              { ...subject, ...added, ...(own?.owner === undefined ? {} : { owner: own.owner }) },
              value,
            );
          }
        }),
      ),
    );
}

const JOB = ['job_name'];
const LAYER = ['layer'];
const TABLE = ['layer', 'table'];
const SOURCE = ['job_name', 'source'];
const OUT = ['IcebergOffloadSchedulerDown', 'IcebergOffloadDisabled'];
const FAILED = ['IcebergOffloadTableGone', 'IcebergOffloadConsecutiveFailures'];
const HOUR = hours(1);
const jobs = (name: string) => `job_name:${name}:last_known`;

const isAbove = (value: number | undefined, limit: number | undefined): value is number =>
  value !== undefined && limit !== undefined && value > limit;
const isEnabled = ({ now }: Told, labels: readonly string[] = JOB) =>
  now(
    labels === JOB ? jobs('job_enabled') : 'layer:offload_enabled:last_known',
    [undefined, 0, 1, 1, 1, 2],
    labels,
  ) === 1;

/** A lag that is too long, and not only since its objective has become shorter. */
const lagging = (share: number) => (told: Told) => {
  const { now, sheet, fires } = told;
  const objective = now('layer_table:offload_lag_objective_seconds:last_known', [undefined, 600, 900]);
  const edge = objective === undefined ? 600 : objective * share;
  const lag = now('layer_table:offload_lag_seconds:last_known', [
    undefined,
    edge,
    edge + 1,
    edge * 1.05,
    edge * 0.95,
    edge * 2,
    edge * 3,
  ]);
  const changed = now('layer_table:offload_lag_objective_changed_timestamp_seconds:last_known', [
    undefined,
    undefined,
    ...[500, 600, 700, 900, 1_000].map((ago) => sheet.now - ago),
  ]);
  const isNew = changed !== undefined && objective !== undefined && sheet.now - changed <= objective;
  const isOut = fires(OUT, LAYER, HOUR);
  const isFailed = fires(FAILED, TABLE, HOUR);
  const isCritical = share < 1 && fires(['IcebergOffloadLagCritical'], TABLE);
  return objective !== undefined && isAbove(lag, edge) && !isNew && !isOut && !isFailed && !isCritical
    ? lag
    : undefined;
};

const stale = (told: Told) => {
  const { now, sheet, fires } = told;
  const interval = now(
    'layer:offload_interval_seconds:last_known',
    [undefined, 500, 900, 1_200, 1_500],
    LAYER,
  );
  const limit = Math.max(4 * (interval ?? 0), 3_600);
  const age = now('layer_table:offload_watermark_age_seconds:last_known', [
    undefined,
    3_300,
    3_600,
    3_601,
    4_700,
    4_801,
    5_500,
    6_001,
    7_400,
  ]);
  const changed = now(
    'layer:offload_interval_changed_timestamp_seconds:last_known',
    [
      undefined,
      undefined,
      ...[3_300, 3_420, 3_600, 3_700, 4_700, 4_800, 5_900, 6_000, 7_000].map((ago) => sheet.now - ago),
    ],
    LAYER,
  );
  const isNew = changed !== undefined && interval !== undefined && sheet.now - changed <= limit;
  const isOut = fires(OUT, LAYER, HOUR);
  const isFailed = fires(FAILED, TABLE, HOUR);
  return interval !== undefined && isAbove(age, limit) && !isNew && !isOut && !isFailed ? age : undefined;
};

/** A cycle that takes as long as a share of its objective, and longer. */
const slow = (share: number) => (told: Told) => {
  const duration = told.now('layer:offload_cycle_duration_seconds:latest', [
    undefined,
    30,
    31,
    45,
    60,
    61,
    90,
    100,
    130,
  ]);
  const objectives = told.said('offload_cycle_duration_objective_seconds', [60, 90]);
  const isOut = told.fires(OUT, LAYER, HOUR);
  const isTooSlow = share < 1 && told.fires(['IcebergOffloadCycleTooSlow'], LAYER);
  return objectives.length > 0 && isAbove(duration, share * Math.max(...objectives)) && !isOut && !isTooSlow
    ? duration
    : undefined;
};

const low = (told: Told) => {
  const rate = told.now('layer:offload_throughput_rows_per_second:ratio_window', [
    undefined,
    5,
    10,
    15,
    20,
    25,
  ]);
  const objectives = told.said('offload_throughput_objective_rows_per_second', [10, 20]);
  const isOut = told.fires(OUT, LAYER, HOUR);
  return rate !== undefined && objectives.length > 0 && rate < Math.max(...objectives) && !isOut
    ? rate
    : undefined;
};

const unsuccessful = (told: Told) => {
  const rate = told.now('layer:offload_cycles_success:ratio_window', [undefined, 0.5, 0.9, 0.93, 0.95]);
  const objectives = told.said('offload_success_objective_ratio', [0.9, 0.95]);
  const others = ['failed', 'partial'].flatMap(
    (status) =>
      told.now('layer_status:offload_cycles:increase_window', [undefined, 0, 1, 2], LAYER, { status }) ?? [],
  );
  told.now('layer_status:offload_cycles:increase_window', [undefined, 0, 9], LAYER, { status: 'success' });
  const isOut = told.fires(OUT, LAYER, HOUR);
  const bad = others.reduce((sum, value) => sum + value, 0);
  return rate !== undefined && objectives.length > 0 && rate < Math.max(...objectives) && bad >= 2 && !isOut
    ? rate
    : undefined;
};

/** Whether a process offloads a layer: one that neither stands by nor stops. */
function isWorking({ sheet, subject }: Told): boolean {
  const { dice } = sheet;
  const layer = subject.layer!;
  return (
    sheet.once('working', { layer }, () => {
      let is = false;
      for (const [job, instance] of [
        ['j', 'a'],
        ['j', 'b'],
        ['k', 'a'],
      ] as const) {
        if (!dice.maybe()) continue;
        sheet.tell('offload_interval_seconds', { layer, job, instance }, 600);
        const state = dice.one('enabled', 'standby', 'stopping', 'disabled');
        const value = dice.one(0, 1, 1, 2);
        const place = dice.one(
          { job, instance },
          { job, instance },
          { job, instance },
          { job: 'other', instance },
          { job, instance: 'other' },
        );
        sheet.tell('offload_lifecycle_state', { layer, state, ...place }, value);
        const isIdle = state !== 'enabled' && value === 1 && place.job === job && place.instance === instance;
        is ||= !isIdle;
      }
      return is ? 1 : 0;
    }) === 1
  );
}

const tableGone = (told: Told) => {
  const seen = told.now('layer_table:offload_table_seen_timestamp_seconds:last_known', [undefined, 100, 200]);
  const isDeclared = told.said('offload_lag_objective_seconds', [60]).length > 0;
  const is = isEnabled(told, LAYER) && isWorking(told);
  return seen !== undefined && !isDeclared && is ? told.sheet.now - seen : undefined;
};

const schedulerDown = (told: Told) => {
  const interval = told.now('layer:offload_interval_seconds:last_known', [undefined, 60, 600]);
  return isEnabled(told, LAYER) && !isWorking(told) ? interval : undefined;
};

const failures = (told: Told) => {
  const count = told.now('layer_table:offload_consecutive_failures:last_known', [undefined, 2, 3, 4]);
  const isOut = told.fires(['IcebergOffloadDisabled'], LAYER);
  return count !== undefined && count >= 3 && !isOut ? count : undefined;
};

/** More than one of a thing. */
const shared = (metric: string) => (told: Told) => {
  const count = told.now(metric, [undefined, 0, 1, 2, 3]);
  return isAbove(count, 1) ? count : undefined;
};

const standstill = ({ now }: Told) => now(jobs('job_standstill_seconds'), [undefined, 900, 1_800]);

const gone = (told: Told) => {
  const still = standstill(told);
  const seen = told.now(jobs('job_seen_timestamp_seconds'), [undefined, 100, 100]);
  const isDeclared = told.said('job_interval_seconds', [60]).length > 0;
  const fires = told.fires(['JobGone'], JOB);
  return (seen !== undefined && !isDeclared) || fires ? still : undefined;
};

const exporter = ({ sheet, subject }: Told): Labels | undefined => {
  const job = sheet.dice.one(undefined, 'api', 'worker');
  if (job === undefined) return undefined;
  sheet.tell('job_name_job:job_exporter:info', { ...subject, job }, 1);
  return { job };
};

const stuck = (told: Told) => {
  const running = told.now('job_name:job_running_seconds:max', [undefined, 280, 300, 301, 330, 400]);
  const bound = told.now(jobs('job_duration_objective_seconds'), [undefined, 60, 60, 70]);
  const still = standstill(told);
  const fires = told.fires(['JobStuck'], JOB);
  if (bound !== undefined && isAbove(running, 5 * bound)) return running;
  return fires ? still : undefined;
};

const stopped = (told: Told) => {
  const still = standstill(told);
  return told.fires(['JobGone', 'JobStuck'], JOB) ? undefined : still;
};

const failing = (told: Told) => {
  const { now } = told;
  const inARow = now(jobs('job_consecutive_failures'), [undefined, 0, 1, 2, 3, 4]);
  const share = now('job_name:job_runs_failed:ratio_window', [undefined, 0.5, 0.52, 0.6]);
  const count = now('job_name:job_runs_failed:increase_window', [undefined, 1, 2, 3]);
  const age = now('job_name:job_data_age_seconds:judged', [undefined, 600, 900, 1_200]);
  const fresh = now(jobs('job_freshness_objective_seconds'), [undefined, 600, 900]);
  const still = standstill(told);
  const isOn = isEnabled(told);
  const value =
    inARow !== undefined && inARow >= 3
      ? inARow
      : isAbove(share, 0.5) && count !== undefined && count >= 2
        ? share
        : isAbove(age, fresh) && still === undefined
          ? age
          : undefined;
  return isAbove(inARow, 0) && isOn ? value : undefined;
};

const missed = (told: Told) => {
  const interval = told.now(jobs('job_interval_seconds'), [undefined, 30, 50, 100, 120, 200, 600]);
  const bound = told.now(jobs('job_duration_objective_seconds'), [undefined, undefined, 20, 300]);
  const most = bound ?? (interval === undefined ? undefined : Math.min(interval, 60));
  const limit =
    most === undefined || interval === undefined ? undefined : most + Math.min(0.5 * interval, 60);
  const overdue = told.now(jobs('job_overdue_seconds'), [
    undefined,
    40,
    ...(limit === undefined ? [] : [limit, limit + 1, limit - 1, limit + 5, limit + 40]),
  ]);
  return isAbove(overdue, limit) ? overdue : undefined;
};

const oldData = (told: Told) => {
  const success = told.now(jobs('job_success_age_seconds'), [undefined, 800, 2_000, 3_000]);
  const age = told.now('job_name:job_data_age_seconds:judged', [undefined, 800, 875, 876, 900, 1_000]);
  const fresh = told.now(jobs('job_freshness_objective_seconds'), [undefined, 1_000, 1_000, 2_000]);
  const sources = told.now(jobs('sync_sources_configured'), [undefined, undefined, -1, 0, 0.5, 2]);
  const isOn = isEnabled(told);
  return fresh !== undefined && isAbove(age, 0.875 * fresh) && isOn && !isAbove(sources, 0)
    ? success
    : undefined;
};

const never = (told: Told) => {
  const awaited = told.now(jobs('job_first_success_awaited_timestamp_seconds'), [
    undefined,
    ...[500, 600, 601, 900].map((ago) => told.sheet.now - ago),
  ]);
  const fresh = told.now(jobs('job_freshness_objective_seconds'), [undefined, 600, 900]);
  const waited = awaited === undefined ? undefined : told.sheet.now - awaited;
  return isAbove(waited, fresh) ? waited : undefined;
};

const slowRuns = (told: Told) => {
  const mean = told.now('job_name:job_run_duration_seconds:mean_window', [undefined, 50, 60, 61, 90]);
  const latest = told.now(jobs('job_last_run_duration_seconds'), [undefined, 50, 60, 61]);
  const bound = told.now(jobs('job_duration_objective_seconds'), [undefined, 60, 60, 80]);
  return isAbove(mean, bound) && isAbove(latest, bound) ? mean : undefined;
};

const late = (told: Told) => {
  const interval = told.now(jobs('job_interval_seconds'), [undefined, 600, 3_000, 6_000]);
  const limit = interval === undefined ? undefined : Math.min(0.1 * interval, 300);
  const lateness = told.now(jobs('job_start_lateness_seconds'), [
    undefined,
    59,
    60,
    61,
    65,
    300,
    301,
    320,
    640,
  ]);
  return isAbove(lateness, limit) ? lateness : undefined;
};

const recently =
  (metric: string, labels: readonly string[], limit: (interval: number) => number) => (told: Told) => {
    const interval = told.now(jobs('job_interval_seconds'), [undefined, 600, 1_200, 1_800], JOB);
    const most = limit(interval ?? 600);
    const when = told.now(
      metric,
      [undefined, ...[most - 60, most, most + 60, most * 1.5, 100].map((ago) => told.sheet.now - ago)],
      labels,
    );
    const ago = when === undefined ? undefined : told.sheet.now - when;
    return interval !== undefined && ago !== undefined && ago <= most ? ago : undefined;
  };

const disabled = (metric: string) => (told: Told) =>
  told.now(metric, [undefined, -1, 0, 0, 1]) === 0 ? 0 : undefined;

const writeErrors = (told: Told) => {
  const error = told.now(jobs('sync_last_write_error_timestamp_seconds'), [undefined, 1_000, 1_000, 2_000]);
  const success = told.now(jobs('job_last_success_timestamp_seconds'), [
    undefined,
    900,
    1_050,
    1_060,
    1_100,
    2_100,
  ]);
  const duration = told.now(jobs('job_last_run_duration_seconds'), [undefined, 50, 60, 100]);
  const isGood = success !== undefined && duration !== undefined && isAbove(success - duration, error);
  const isOn = isEnabled(told);
  return error !== undefined && !isGood && isOn ? told.sheet.now - error : undefined;
};

const oldSource = (told: Told) => {
  const age = told.now('job_name_source:sync_source_age_seconds:last_known', [
    undefined,
    800,
    875,
    876,
    900,
    1_000,
  ]);
  const fresh = told.now(jobs('job_freshness_objective_seconds'), [undefined, 1_000, 1_000, 2_000], JOB);
  return fresh !== undefined && isAbove(age, 0.875 * fresh) && isEnabled(told) ? age : undefined;
};

const failingSource = (told: Told) => {
  const error = told.now('job_name_source:sync_source_last_error_timestamp_seconds:last_known', [
    undefined,
    1_000,
    1_000,
    2_000,
  ]);
  const success = told.now('job_name_source:sync_source_last_success_timestamp_seconds:last_known', [
    undefined,
    900,
    1_000,
    1_100,
    2_100,
  ]);
  const isOn = isEnabled(told);
  return error !== undefined && !isAbove(success, error) && isOn ? told.sheet.now - error : undefined;
};

const lowItems = (told: Told) => {
  const items = told.now('job_name:sync_last_run_items:last_known', [undefined, 5, 10, 15]);
  const objective = told.now(jobs('sync_items_objective'), [undefined, 10, 10, 20]);
  const isOn = isEnabled(told);
  return isAbove(objective, items) && isOn ? items : undefined;
};

const vanished = (told: Told) => {
  const seen = told.now('job_name_source:sync_source_seen_timestamp_seconds:last_known', [
    undefined,
    900,
    1_000,
    1_100,
  ]);
  const isDeclared = told.sheet.dice.maybe(0.3);
  if (isDeclared)
    told.sheet.tell(
      'sync_source_first_seen_timestamp_seconds',
      { ...told.subject, job: 'j', instance: 'a' },
      5,
    );
  const ran = told.now(jobs('job_last_run_timestamp_seconds'), [undefined, 1_000, 1_050], JOB);
  return seen !== undefined && !isDeclared && ran !== undefined && seen < ran ? seen : undefined;
};

const completed = (told: Told) => {
  const age = told.now(jobs('job_success_age_seconds'), [undefined, 200, 290, 300, 310, 400]);
  const isSync = told.sheet.dice.maybe(0.7);
  if (isSync)
    for (const source of ['a', 'b'])
      told.sheet.tell(
        'job_name_source:sync_source_first_seen_timestamp_seconds:first_known',
        { ...told.subject, source },
        5,
      );
  return age !== undefined && age <= 300 && isSync ? age : undefined;
};

const broken = (slo: string) => (told: Told) => {
  const own = (
    name: string,
    values: readonly (number | undefined)[],
    other: readonly (number | undefined)[],
  ) => {
    told.now(`slo:${name}`, other, JOB, { slo: 'other' });
    return told.now(`slo:${name}`, values, JOB, { slo });
  };
  const rest = own('error_budget_remaining:ratio', [undefined, -1, -0.5, -0.01, 0, 0.5], [undefined, -1]);
  const bad = own('bad_events:increase_window', [undefined, 1, 2, 2, 3], [undefined, 5]);
  const recent = own('bad_events:increase1d', [undefined, 0, 1, 1, 2], [undefined, 5]);
  const isTold = told.fires(['JobGone', 'JobStopped', 'JobStuck', 'JobFailing'], JOB, HOUR);
  return rest !== undefined &&
    rest < 0 &&
    bad !== undefined &&
    bad >= 2 &&
    recent !== undefined &&
    recent >= 1 &&
    !isTold
    ? rest
    : undefined;
};

/** Whether slices of a subject were explained in the time before, of this SLO and not of another. */
function isExplained({ sheet, subject }: Told, slo: string, within: number): boolean {
  const { dice } = sheet;
  let is = false;
  for (const name of [slo, 'other']) {
    if (!dice.maybe(0.4)) continue;
    const past: Past = [[Math.round((dice.one(0, 0.3, 0.6, 0.9, 1.2, 1.8) * within) / 120) * 120, 1]];
    sheet.tell('slo:explained:bool', { ...subject, slo: name }, past);
    is ||= name === slo && last(past, within) !== undefined;
  }
  return is;
}

const burning =
  (slo: string, pairs: readonly (readonly [long: string, short: string, factor: number])[], within: number) =>
  (told: Told) => {
    const labels = Object.keys(told.subject);
    const rate = (window: string, factor: number) => {
      const values = [undefined, factor * 0.95, factor, factor * 1.05, factor * 2];
      told.now(`slo:burn_rate:ratio${window}`, [undefined, factor * 3], labels, { slo: 'other' });
      return told.now(`slo:burn_rate:ratio${window}`, values, labels, { slo });
    };
    const burns = pairs.map(([long, short, factor]) => {
      const [most, now] = [rate(long, factor), rate(short, factor)];
      return isAbove(most, factor) && isAbove(now, factor) ? most : undefined;
    });
    const isTold = isExplained(told, slo, within);
    return isTold ? undefined : burns.find((value) => value !== undefined);
  };

/** Requests that fail fast enough, and often enough to be more than a mishap; another alert tells of a route that answers nothing but errors. */
const failingRequests =
  (pairs: readonly (readonly [long: string, short: string, factor: number])[], within: number) =>
  (told: Told) => {
    const labels = Object.keys(told.subject);
    const slo = 'admin-availability';
    const own = (name: string, values: readonly (number | undefined)[], far: number) => {
      told.now(name, [undefined, far], labels, { slo: 'other' });
      return told.now(name, values, labels, { slo });
    };
    const burns = pairs.map(([long, short, factor]) => {
      const near = [undefined, factor * 0.95, factor, factor * 1.05, factor * 1.05, factor * 2, factor * 2];
      const [most, now] = [long, short].map((window) =>
        own(`slo:burn_rate:ratio${window}`, near, factor * 3),
      );
      const bad = own(`slo:bad_events:increase${long}`, [undefined, 2, 3, 3, 4], 9);
      return isAbove(most, factor) && isAbove(now, factor) && bad !== undefined && bad >= 3
        ? most
        : undefined;
    });
    const isTold = told.fires(['HttpErrorRatioCritical'], labels, within);
    return isTold ? undefined : burns.find((value) => value !== undefined);
  };

const FAST = [
  ['1h', '5m', 14.4],
  ['6h', '30m', 6],
] as const;
const SLOWLY = [['3d', '6h', 1]] as const;

const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

/** The alerts of things, by what is recorded of them. */
export const alertTables: readonly Table[] = [
  ...tablesOf('IcebergOffloadLagCritical', TABLE, 'layer', lagging(1)),
  ...tablesOf('IcebergOffloadLagElevated', TABLE, 'layer', lagging(0.6666666666666666)),
  ...tablesOf('IcebergOffloadWatermarkStale', TABLE, 'layer', stale),
  ...tablesOf('IcebergOffloadCycleTooSlow', LAYER, 'layer', slow(1)),
  ...tablesOf('IcebergOffloadCycleSlow', LAYER, 'layer', slow(0.5)),
  ...tablesOf('IcebergOffloadThroughputLow', LAYER, 'layer', low),
  ...tablesOf('IcebergOffloadSuccessRateLow', LAYER, 'layer', unsuccessful),
  ...tablesOf('IcebergOffloadTableGone', TABLE, 'layer', tableGone, undefined, EIGHT),
  ...tablesOf('IcebergOffloadSchedulerDown', LAYER, 'layer', schedulerDown, undefined, EIGHT),
  ...tablesOf('IcebergOffloadConsecutiveFailures', TABLE, 'layer', failures),
  ...tablesOf(
    'IcebergOffloadTableShared',
    TABLE,
    'layer',
    shared('layer_table:offload_table_services:count'),
  ),
  ...tablesOf('IcebergOffloadDisabled', LAYER, 'layer', disabled('layer:offload_enabled:last_known')),
  ...tablesOf('JobGone', JOB, 'job_name', gone, exporter),
  ...tablesOf('JobStuck', JOB, 'job_name', stuck),
  ...tablesOf('JobStopped', JOB, 'job_name', stopped),
  ...tablesOf('JobFailing', JOB, 'job_name', failing, undefined, [1, 2, 3, 4]),
  ...tablesOf('JobMissedRun', JOB, 'job_name', missed),
  ...tablesOf('JobStale', JOB, 'job_name', oldData),
  ...tablesOf('JobNeverSucceeded', JOB, 'job_name', never),
  ...tablesOf('JobSlow', JOB, 'job_name', slowRuns),
  ...tablesOf('JobLate', JOB, 'job_name', late),
  ...tablesOf(
    'JobOverlapping',
    JOB,
    'job_name',
    recently(jobs('job_overlap_timestamp_seconds'), JOB, (interval) => 1.5 * interval),
  ),
  ...tablesOf('JobDisabled', JOB, 'job_name', disabled(jobs('job_enabled'))),
  ...tablesOf('JobNameShared', JOB, 'job_name', shared('job_name:job_services:count')),
  ...tablesOf('SyncWriteErrors', JOB, 'job_name', writeErrors),
  ...tablesOf('SyncDataStale', SOURCE, 'job_name', oldSource),
  ...tablesOf('SyncSourceFailing', SOURCE, 'job_name', failingSource),
  ...tablesOf(
    'SyncSourceTimeouts',
    SOURCE,
    'job_name',
    recently('job_name_source:sync_source_last_timeout_timestamp_seconds:last_known', SOURCE, (interval) =>
      Math.max(1.5 * interval, minutes(30)),
    ),
  ),
  ...tablesOf('SyncLowItems', JOB, 'job_name', lowItems),
  ...tablesOf('SyncSourceVanished', SOURCE, 'job_name', vanished),
  ...tablesOf('SyncCompleted', JOB, 'job_name', completed),
  ...['job-success', 'job-duration'].flatMap((slo) =>
    tablesOf(
      slo === 'job-success' ? 'SloJobSuccessBroken' : 'SloJobDurationBroken',
      JOB,
      'job_name',
      broken(slo),
      () => ({ slo }),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ),
  ),
  ...[
    ['SloJobAvailability', 'job-availability'],
    ['SloJobFreshness', 'job-freshness'],
  ].flatMap(([alert, slo]) => [
    ...tablesOf(
      `${alert}BurnsFast`,
      JOB,
      'job_name',
      burning(slo!, FAST, HOUR),
      () => ({ slo: slo! }),
      [1, 2, 3],
    ),
    ...tablesOf(`${alert}BurnsSlowly`, JOB, 'job_name', burning(slo!, SLOWLY, hours(6)), () => ({
      slo: slo!,
    })),
  ]),
  ...tablesOf(
    'SloAdminAvailabilityBurnsFast',
    ['http_route'],
    undefined,
    failingRequests(FAST, HOUR),
    () => ({
      slo: 'admin-availability',
    }),
  ),
  ...tablesOf(
    'SloAdminAvailabilityBurnsSlowly',
    ['http_route'],
    undefined,
    failingRequests(SLOWLY, hours(6)),
    () => ({ slo: 'admin-availability' }),
  ),
  ...tablesOf(
    'SloSourceFreshnessBurnsSlowly',
    SOURCE,
    'job_name',
    burning('source-freshness', SLOWLY, hours(6)),
    () => ({ slo: 'source-freshness' }),
  ),
];
