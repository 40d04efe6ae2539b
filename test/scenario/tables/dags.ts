import { type Told, tablesOf } from './alerts.ts';
import { HOURS, type Labels, ruleOf, type Sheet, type Table, table } from './table.ts';
import { subjectsBy } from './totals.ts';

/*
 * What is counted up to the deadline of a DAG, and when the expression of an alert on DAGs holds and what it says, by what is recorded: without how long it has to hold, which stories tell.
 */

const DAG = ['dag_id'];
const TASK = ['dag_id', 'task_id'];
const known = (name: string) => `dag_id:${name}:last_known`;

const above = (value: number | undefined, limit: number | undefined) =>
  value !== undefined && limit !== undefined && value > limit ? value : undefined;

const isEnabled = ({ now }: Told) => now(known('dag_enabled'), [undefined, 0, 1, 1, 1, 2], DAG) === 1;

const standstill = ({ now }: Told) =>
  now(known('dag_standstill_seconds'), [undefined, undefined, 900, 1_800]);

const overrun = ({ now }: Told) => now(known('dag_sla_overrun_seconds'), [undefined, -50, 0, 1, 100]);

const isGone = (told: Told) => {
  const seen = told.now(known('dag_seen_timestamp_seconds'), [undefined, 100, 100]);
  const isDeclared = told.said('dag_interval_seconds', [60]).length > 0;
  return seen !== undefined && !isDeclared;
};

const gone = (told: Told) => {
  const still = standstill(told);
  const age = told.now(known('dag_run_age_seconds'), [undefined, 400, 700]);
  const isLate = above(overrun(told), 0) !== undefined;
  const isOut = isGone(told);
  const fires = told.fires(['DagGone'], DAG);
  return isOut || fires ? (still ?? (isLate ? age : undefined)) : undefined;
};

const exporterBy =
  (info: string) =>
  ({ sheet, subject }: Told): Labels | undefined => {
    const job = sheet.dice.one(undefined, 'api', 'worker');
    if (job === undefined) return undefined;
    sheet.tell(info, { ...subject, job }, 1);
    return { job };
  };
const exporter = exporterBy('dag_id_job:dag_exporter:info');
const loopExporter = exporterBy('scheduler_job:dag_scheduler_exporter:info');

const stuck = (told: Told) => {
  const running = told.now('dag_id:dag_running_seconds:max', [undefined, 170, 180, 181, 210, 240]);
  const sla = told.now(known('dag_sla_seconds'), [undefined, 60, 60, 70]);
  const still = standstill(told);
  const fires = told.fires(['DagStuck'], DAG);
  return above(running, sla === undefined ? undefined : 3 * sla) ?? (fires ? still : undefined);
};

const stopped = (told: Told) => {
  const still = standstill(told);
  return told.fires(['DagGone', 'DagStuck'], DAG) ? undefined : still;
};

const failed = (told: Told) => {
  const inARow = told.now(known('dag_consecutive_failures'), [undefined, -1, 0, 1, 3]);
  return isEnabled(told) ? above(inARow, 0) : undefined;
};

const slaMissed = (told: Told) => {
  const over = above(overrun(told), 0);
  const isOut = isGone(told);
  const isGoneTold = told.fires(['DagGone'], DAG);
  const isTold = told.fires(['DagSlaMissed'], DAG);
  const ago = told.sheet.dice.one(undefined, undefined, 60, 840, 900, 901, 1_000);
  if (ago !== undefined)
    told.sheet.tell(known('dag_sla_missed_timestamp_seconds'), told.subject, told.sheet.now - ago);
  const isLeft = (isOut || isGoneTold) && !isTold;
  const value = (isLeft ? undefined : over) ?? (ago !== undefined && ago <= 900 ? ago : undefined);
  return isEnabled(told) ? value : undefined;
};

const approaching = (told: Told) => {
  const sla = told.now(known('dag_sla_seconds'), [undefined, 300, 300, 600]);
  const over = told.now(known('dag_sla_overrun_seconds'), [
    undefined,
    -130,
    -120,
    -100,
    -61,
    -60,
    -59,
    -1,
    0,
    1,
  ]);
  const isNear = over !== undefined && sla !== undefined && over > -0.2 * sla && over <= 0;
  return isEnabled(told) && isNear ? over : undefined;
};

const taskFailed = (told: Told) => {
  const failures = told.now(
    'dag_id_task_id:dag_task_consecutive_failures:counted',
    [undefined, -1, 0, 1, 2],
    TASK,
  );
  const has = told.now('dag_id_task_id:dag_task_declared:info', [undefined, 1, 1, 1], TASK);
  return isEnabled(told) && has !== undefined ? above(failures, 0) : undefined;
};

const missed = (told: Told) => {
  const interval = told.now(known('dag_interval_seconds'), [undefined, 30, 50, 100, 120, 200, 600]);
  const limit = interval === undefined ? undefined : Math.min(0.5 * interval, 60);
  const late = limit === undefined ? [] : [limit, limit + 1, limit - 1, limit + 30];
  return above(told.now(known('dag_overdue_seconds'), [undefined, 40, ...late]), limit);
};

const stale = (told: Told) => {
  const success = told.now(known('dag_success_age_seconds'), [undefined, 800, 2_000, 3_000]);
  const age = told.now('dag_id:dag_data_age_seconds:judged', [undefined, 800, 875, 876, 900, 1_000]);
  const fresh = told.now(known('dag_freshness_objective_seconds'), [undefined, 1_000, 1_000, 2_000]);
  const isOld = above(age, fresh === undefined ? undefined : 0.875 * fresh) !== undefined;
  return isEnabled(told) && isOld ? success : undefined;
};

const never = (told: Told) => {
  const ago = told.sheet.dice.one(undefined, 500, 600, 601, 900);
  if (ago !== undefined)
    told.sheet.tell(known('dag_first_success_awaited_timestamp_seconds'), told.subject, told.sheet.now - ago);
  return above(ago, told.now(known('dag_freshness_objective_seconds'), [undefined, 600, 900]));
};

const schedulerDown = (told: Told) => {
  const age = told.now('scheduler:dag_scheduler_heartbeat_age_seconds:last_known', [
    undefined,
    90,
    120,
    121,
    180,
    181,
    200,
  ]);
  const interval = told.now('scheduler:dag_scheduler_heartbeat_interval_seconds:last_known', [
    undefined,
    10,
    40,
    60,
    60,
  ]);
  return above(age, interval === undefined ? undefined : Math.max(3 * interval, 120));
};

/** Tells what processes say of a subject, some of them a while ago. Returns the ages of the samples, and their values. */
const said = (sheet: Sheet, metric: string, subject: Labels, values: readonly number[]) =>
  ['a', 'b'].slice(0, sheet.dice.one(0, 1, 1, 2)).map((instance) => {
    const ago = sheet.dice.one(0, 120);
    const value = sheet.dice.one(...values);
    sheet.tell(metric, { ...subject, job: 'j', instance }, [[ago, value]]);
    return { at: sheet.now - ago, value };
  });

const tellOverrun = (sheet: Sheet): void => {
  const { now } = sheet;
  for (const subject of subjectsBy(DAG)) {
    const one = (metric: string, values: readonly (number | undefined)[]) =>
      sheet.shared(metric, subject, DAG, (dice) => dice.one(...values));
    const deadlines = [now - 700, now - 130, now - 60, now + 30, now + 400];
    const underWay = said(sheet, 'dag_run_deadline_timestamp_seconds', subject, deadlines);
    const view = one('dag_id:dag_view_timestamp_seconds:min', [undefined, now, now, now - 30]);
    const due = one(known('dag_due_timestamp_seconds'), [
      undefined,
      now - 900,
      now - 400,
      now - 300,
      now + 500,
    ]);
    const ran = one(known('dag_accounted_timestamp_seconds'), [undefined, now - 1_000, now - 400, now - 350]);
    const sla = one(known('dag_sla_seconds'), [undefined, 240, 240, 600]);
    const ofRuns = underWay.map(({ at, value }) => at - value);
    const isDue = due !== undefined && ran !== undefined && due > ran;
    const ofDue = view !== undefined && isDue && sla !== undefined ? [view - due - sla] : [];
    const all = [...ofRuns, ...ofDue];
    sheet.expect(subject, all.length === 0 ? undefined : Math.max(...all));
  }
};

const tellHeartbeat = (sheet: Sheet): void => {
  const { now } = sheet;
  for (const subject of subjectsBy(['scheduler'])) {
    const one = (metric: string, values: readonly (number | undefined)[]) =>
      sheet.shared(metric, subject, ['scheduler'], (dice) => dice.one(...values));
    const views = said(sheet, 'dag_scheduler_heartbeat_interval_seconds', subject, [30, 60]);
    const seen = one('scheduler:dag_scheduler_seen_timestamp_seconds:last_known', [
      undefined,
      now - 500,
      now,
    ]);
    const beat = one('scheduler:dag_scheduler_heartbeat_timestamp_seconds:last_known', [
      undefined,
      now - 300,
      now - 60,
    ]);
    const view =
      views.length > 0 ? Math.min(...views.map(({ at }) => at)) : seen === undefined ? undefined : now;
    sheet.expect(subject, view === undefined || beat === undefined ? undefined : view - beat);
  }
};

const tellTaskFailures = (sheet: Sheet): void => {
  for (const subject of subjectsBy(TASK)) {
    const one = (metric: string, values: readonly (number | undefined)[], status?: string) =>
      sheet.shared(
        metric,
        subject,
        TASK,
        (dice) => dice.one(...values),
        status === undefined ? {} : { status },
      );
    const total = 'dag_id_status_task_id:dag_task_runs:total';
    one(total, [undefined, 9], 'success');
    const failures = one(total, [undefined, 0, 1, 3, 5], 'failed');
    const was = one('dag_id_task_id:dag_task_runs_failed:at_last_success', [undefined, 0, 1, 3]);
    sheet.expect(subject, failures === undefined || was === undefined ? undefined : failures - was);
  }
};

/** The tables of the rules of DAGs that are no kin of those of jobs. */
export const dagTables: readonly Table[] = [
  ...[1, 2, 3].flatMap((seed) =>
    (
      [
        [known('dag_sla_overrun_seconds'), tellOverrun],
        ['scheduler:dag_scheduler_heartbeat_age_seconds:last_known', tellHeartbeat],
        ['dag_id_task_id:dag_task_consecutive_failures:counted', tellTaskFailures],
      ] as const
    ).map(([record, tell]) => table(ruleOf(record), { reach: HOURS, seed }, tell)),
  ),
  ...tablesOf('DagSchedulerDown', ['scheduler'], undefined, schedulerDown, loopExporter),
  ...tablesOf('DagGone', DAG, 'dag_id', gone, exporter),
  ...tablesOf('DagStuck', DAG, 'dag_id', stuck),
  ...tablesOf('DagStopped', DAG, 'dag_id', stopped),
  ...tablesOf('DagFailed', DAG, 'dag_id', failed),
  ...tablesOf('DagSlaMissed', DAG, 'dag_id', slaMissed, undefined, [1, 2, 3, 4, 5, 6]),
  ...tablesOf('DagSlaApproaching', DAG, 'dag_id', approaching),
  ...tablesOf('DagTaskFailed', TASK, 'dag_id', taskFailed),
  ...tablesOf('DagMissedRun', DAG, 'dag_id', missed),
  ...tablesOf('DagStale', DAG, 'dag_id', stale),
  ...tablesOf('DagNeverSucceeded', DAG, 'dag_id', never),
];
