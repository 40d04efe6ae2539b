import { minutes } from '../world/time.ts';
import { type Told as ToldOfAlert, tablesOf } from './alerts.ts';
import {
  defined,
  enabled,
  lastKnown,
  least,
  most,
  newest,
  ofLatest,
  recordTables,
  type Stated,
  services,
  type Tell,
  tellStated,
  toldOf,
  valuesOf,
} from './records.ts';
import { DAYS, HOURS, type Labels, RECENT, ruleOf, type Sheet, type Table, table, WEEKS } from './table.ts';
import { COLUMN, DATASET, isSeen, type Kept, keptPast, recalled, SUITE, subjectsBy } from './totals.ts';

/* Data sets: what is recorded of them, and when the expression of each of their alerts holds. */

const dataset = (name: string) => `dataset_layer:dataset_${name}:last_known`;
const suite = (name: string) => `dataset_layer_suite:dataset_${name}:last_known`;

/** Whether a person has disabled it, is told by this series of its data set. */
const ENABLED = [undefined, 0, 1, 1, 2] as const;
const isDisabled = ({ now }: Pick<ToldOfAlert, 'now'>): boolean =>
  now(dataset('enabled'), ENABLED, DATASET.labels) === 0;
const isEmpty = (
  { now }: Pick<ToldOfAlert, 'now'>,
  chance: readonly (number | undefined)[] = [undefined, 0, 0, 1, 2],
) => now(dataset('empty'), chance, DATASET.labels) === 1;

/** The newest record, by the processes that looked last. */
const newestRecord: Tell = ({ sheet, subject, now, known }) => {
  const { dice } = sheet;
  const latest = now(dataset('newest_record_known_timestamp_seconds'), [undefined, 100, 200, 200]);
  const said = ['a', 'b', 'c'].flatMap((instance) => {
    const process = { ...subject, job: dice.one('j', 'j', 'k'), instance };
    const at = dice.one(undefined, 100, 199, 200, 300);
    const value = dice.one(undefined, 1_000, 2_000, sheet.now + 290, sheet.now + 300, sheet.now + 315);
    sheet.tell('dataset_newest_record_known_timestamp_seconds', process, at);
    const isOne = dice.maybe(0.85);
    sheet.tell(
      'dataset_newest_record_timestamp_seconds',
      isOne ? process : { ...process, job: 'other' },
      value,
    );
    const isPast = value !== undefined && value <= sheet.now + minutes(5);
    return isOne && isPast && at !== undefined && latest !== undefined && at >= latest ? [value] : [];
  });
  const was = known([5, 6, 7]);
  return most(said) ?? was;
};

/** When it was looked at: the time of the oldest sample of those that have it. */
const view: Tell = ({ sheet, subject }) => {
  const { dice, now } = sheet;
  const times = ['a', 'b']
    .filter(() => dice.maybe(0.4))
    .map((instance) => {
      const ago = dice.one(0, 120, 240);
      sheet.tell('dataset_declared_timestamp_seconds', { ...subject, job: 'j', instance }, [[ago, 60]]);
      return now - ago;
    });
  return least(times) ?? (isSeen(sheet, subject, DATASET) ? now : undefined);
};

const VIEWS = (now: number) => [undefined, now, now - 120];

/** How long ago, when it was looked at; of a time to come none. */
const since =
  (what: string): Tell =>
  ({ sheet, now }) => {
    const seen = now('dataset_layer:dataset_view_timestamp_seconds:min', VIEWS(sheet.now));
    const at = now(what, [undefined, sheet.now - 300, sheet.now - 120, sheet.now - 60, sheet.now]);
    return seen === undefined || at === undefined ? undefined : Math.max(0, seen - at);
  };

const age: Tell = (told) => {
  const is = since(dataset('newest_record_timestamp_seconds'))(told);
  return isEmpty(told) ? undefined : is;
};

/** Since when anything is waited for. */
const awaited: Tell = (told) => {
  const isKnown =
    told.now(dataset('newest_record_timestamp_seconds'), [undefined, undefined, undefined, 100]) !==
    undefined;
  const isNow = [isDisabled(told), isKnown, isEmpty(told)].includes(true);
  const was = told.known([100, 200]);
  const declared = least(valuesOf(told.said('dataset_declared_timestamp_seconds', [50, 60, 400])));
  return isNow ? told.sheet.now : (was ?? declared);
};

/** When it could be read last. */
const lastRead: Tell = ({ sheet, said, known }) => {
  const read = most(valuesOf(said('dataset_newest_record_read', [0, 0, 1, 2])));
  const was = known([100, 200]);
  return read === 1 ? sheet.now : (was ?? (read === undefined ? undefined : sheet.now));
};

const unread: Tell = ({ sheet, now, said }) => {
  const at = now(dataset('read_timestamp_seconds'), [undefined, sheet.now, sheet.now - 600]);
  const isTried = said('dataset_newest_record_read', [0, 1]).length > 0;
  return at !== undefined && isTried ? sheet.now - at : undefined;
};

/** Until when a suite is accounted for. */
const accounted: Tell = (told) => {
  const { sheet, subject } = told;
  const isOff = isDisabled(told) && isSeen(sheet, subject, SUITE);
  const verdict = told.now(suite('check_last_verdict_timestamp_seconds'), [undefined, 100, 200, 300]);
  const was = told.known([100, 200, 350]);
  const declared = least(valuesOf(told.said('dataset_suite_declared_timestamp_seconds', [50, 60, 400])));
  return isOff ? sheet.now : (most(defined(verdict, was)) ?? declared);
};

const checkAge: Tell = ({ sheet, now }) => {
  const at = now(suite('check_accounted_timestamp_seconds'), [undefined, 100, sheet.now, sheet.now + 9]);
  return at === undefined ? undefined : Math.max(0, sheet.now - at);
};

/** The score of the worst suite. */
function tellWorst(sheet: Sheet): void {
  for (const subject of subjectsBy(DATASET.labels)) {
    const scores = ['a', 'b', 'c'].flatMap((name) => {
      const score = sheet.dice.one(undefined, 0, 0.5, 0.9, 1);
      sheet.tell(suite('quality_score_ratio'), { ...subject, suite: name }, score);
      return score ?? [];
    });
    sheet.expect(subject, least(scores));
  }
}

const RETIRED = new Map<Kept, readonly Kept[]>([
  [DATASET, [DATASET]],
  [SUITE, [SUITE, DATASET]],
]);

/** When a limit was last declared to be shorter than what was known of it. */
const shortened =
  (thing: Kept, metric: string): Tell =>
  ({ sheet, subject, said, known }) => {
    const is = most(valuesOf(said(metric, [60, 60, 120, 180])));
    const record = `${thing.labels.join('_')}:${metric}:last_known`;
    const own = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(60, 120, 120));
    sheet.tell(record, subject, own.self);
    sheet.tell(`${record}_hourly`, subject, own.copies);
    const recalledOne = recalled(sheet, subject, RETIRED.get(thing)!, own);
    const was = isSeen(sheet, subject, thing) ? recalledOne : undefined;
    const at = known([100, 200]);
    return is !== undefined && was !== undefined && is < was ? sheet.now : at;
  };

/** What a limit is: the declared one, or the former one for as long as the declared one may pass. */
const limit =
  (thing: Kept, metric: string, name: string, times: number): Tell =>
  ({ sheet, now, known }) => {
    const is = now(`${thing.labels.join('_')}:${metric}:last_known`, [undefined, 600, 1_200]);
    const at = now(`${thing.labels.join('_')}:dataset_${name}_shortened_timestamp_seconds:last_known`, [
      undefined,
      ...[540, 600, 660, 900, 960, 1_140, 1_200, 1_260, 1_800, 1_860].map((ago) => sheet.now - ago),
    ]);
    const was = known([500, 600, 900, 1_200, 3_000]);
    const isFormer =
      was !== undefined && is !== undefined && was > is && at !== undefined && sheet.now - at <= times * is;
    return isFormer ? was : is;
  };

/** The service that declared it last. */
function tellExportedBy(sheet: Sheet): void {
  const { dice } = sheet;
  for (const subject of subjectsBy(DATASET.labels)) {
    const told = ['api', 'loader', 'checker'].flatMap((job, i) => {
      const at = dice.maybe() ? dice.one(100, 200, 300) + i : undefined;
      sheet.tell('dataset_layer_job:dataset_declared_timestamp_seconds:last_known', { ...subject, job }, at);
      return at === undefined ? [] : [{ job, at }];
    });
    const [last] = told.toSorted((a, b) => b.at - a.at);
    if (last !== undefined) sheet.expect({ ...subject, job: last.job }, 1);
  }
}

/** Which services have it now; of one that none has, which did last. */
function tellExporters(sheet: Sheet): void {
  const { dice } = sheet;
  for (const subject of subjectsBy(DATASET.labels)) {
    const told = toldOf(
      sheet,
      DATASET,
      'dataset_layer_job:dataset_declared_timestamp_seconds:last_known',
      subject,
    );
    const its = ['api', 'worker'].map((job) => ({
      job,
      said: ['a', 'b']
        .filter(() => dice.maybe(0.3))
        .map((instance) => {
          const value = dice.one(60, 120, 600);
          sheet.tell('dataset_declared_timestamp_seconds', { ...subject, job, instance }, value);
          return value;
        }),
      was: dice.maybe(0.7) ? told.known([5, 6, 7], { job }) : undefined,
    }));
    const isDeclared = its.some(({ said }) => said.length > 0);
    for (const { job, said, was } of its)
      sheet.expect({ ...subject, job }, most(said) ?? (isDeclared ? undefined : was));
  }
}

const stated: readonly Stated[] = [
  [DATASET, 'dataset_load_min_rows', 'dataset_declared_timestamp_seconds', undefined],
  [DATASET, 'dataset_owner_info', 'dataset_declared_timestamp_seconds', 'owner'],
  [SUITE, 'dataset_check_interval_seconds', 'dataset_suite_declared_timestamp_seconds', undefined],
];

const recordings: readonly Table[] = [
  ...recordTables(
    DATASET,
    dataset('freshness_objective_seconds'),
    lastKnown('dataset_freshness_objective_seconds'),
  ),
  ...recordTables(
    DATASET,
    dataset('last_load_timestamp_seconds'),
    newest('dataset_last_load_timestamp_seconds'),
  ),
  ...recordTables(
    SUITE,
    suite('check_last_run_timestamp_seconds'),
    newest('dataset_check_last_run_timestamp_seconds'),
  ),
  ...recordTables(
    COLUMN,
    'dataset_layer_column:dataset_values_timestamp_seconds:last_known',
    newest('dataset_values_timestamp_seconds'),
  ),
  ...recordTables(
    DATASET,
    dataset('load_rows'),
    ofLatest('dataset_load_rows', 'dataset_last_load_timestamp_seconds'),
    [1, 2, 3],
  ),
  ...recordTables(
    SUITE,
    suite('check_errored'),
    ofLatest('dataset_check_errored', 'dataset_check_last_run_timestamp_seconds'),
    [1, 2, 3],
  ),
  ...recordTables(
    COLUMN,
    'dataset_layer_column:dataset_values_out_of_range:last_known',
    ofLatest('dataset_values_out_of_range', 'dataset_values_timestamp_seconds'),
    [1, 2, 3],
  ),
  ...recordTables(DATASET, dataset('enabled'), enabled('dataset_lifecycle_state', DATASET), [1, 2, 3]),
  ...recordTables(DATASET, 'dataset_layer:dataset_view_timestamp_seconds:min', view),
  ...recordTables(DATASET, dataset('newest_record_timestamp_seconds'), newestRecord, [1, 2, 3, 4]),
  ...recordTables(DATASET, dataset('age_seconds'), age, [1, 2, 3]),
  ...recordTables(DATASET, dataset('awaited_timestamp_seconds'), awaited, [1, 2, 3, 4]),
  ...recordTables(DATASET, dataset('unknown_seconds'), since(dataset('awaited_timestamp_seconds'))),
  ...recordTables(DATASET, dataset('read_timestamp_seconds'), lastRead, [1, 2, 3]),
  ...recordTables(DATASET, dataset('unread_seconds'), unread),
  ...recordTables(SUITE, suite('check_accounted_timestamp_seconds'), accounted, [1, 2, 3, 4]),
  ...recordTables(SUITE, suite('check_age_seconds'), checkAge),
  ...recordTables(
    DATASET,
    dataset('freshness_shortened_timestamp_seconds'),
    shortened(DATASET, 'dataset_freshness_objective_seconds'),
    [1, 2, 3],
  ),
  ...recordTables(
    SUITE,
    suite('check_shortened_timestamp_seconds'),
    shortened(SUITE, 'dataset_check_interval_seconds'),
    [1, 2, 3],
  ),
  ...recordTables(
    DATASET,
    dataset('freshness_limit_seconds'),
    limit(DATASET, 'dataset_freshness_objective_seconds', 'freshness', 1),
    [1, 2, 3, 4],
  ),
  ...recordTables(
    SUITE,
    suite('check_limit_seconds'),
    limit(SUITE, 'dataset_check_interval_seconds', 'check', 1.5),
    [1, 2, 3, 4],
  ),
  ...[1, 2].flatMap((seed) => [
    table(ruleOf('dataset_layer:dataset_quality_score_ratio:min'), { reach: HOURS, seed }, tellWorst),
    table(ruleOf('dataset_layer_job:dataset_exporter:info'), { reach: HOURS, seed }, tellExportedBy),
    table(
      ruleOf('dataset_layer:dataset_services:count'),
      { reach: HOURS, seed },
      services('dataset_newest_record_known_timestamp_seconds', DATASET.labels),
    ),
    table(
      ruleOf('dataset_layer_suite:dataset_suite_services:count'),
      { reach: HOURS, seed },
      services('dataset_check_last_run_timestamp_seconds', SUITE.labels),
    ),
  ]),
  ...[HOURS, DAYS, RECENT, WEEKS].flatMap((reach) =>
    [1, 2, 3].flatMap((seed) => [
      table(
        ruleOf('dataset_layer_job:dataset_declared_timestamp_seconds:last_known'),
        { reach, seed },
        tellExporters,
      ),
      ...stated.map((each) => {
        const [{ labels }, metric, , more] = each;
        const record = `${[...labels, ...(more === undefined ? [] : [more])].join('_')}:${metric}:last_known`;
        return table(ruleOf(record), { reach, seed }, (sheet) => tellStated(sheet, each));
      }),
    ]),
  ),
];

type Alert = (told: ToldOfAlert) => number | undefined;

/** Of data sets that nobody has disabled. */
const whileEnabled =
  (tell: Alert): Alert =>
  (told) => {
    const value = tell(told);
    return isDisabled(told) ? undefined : value;
  };

const above = (value: number | undefined, least: number | undefined): boolean =>
  value !== undefined && least !== undefined && value > least;

/** A figure above a limit that is recorded beside it. */
const beyond =
  (figure: string, bound: string, labels: readonly string[], factor = 1): Alert =>
  ({ now }) => {
    const most = now(bound, [undefined, 600, 1_200], labels);
    const edge = (most ?? 600) * factor;
    const is = now(figure, [undefined, edge - 1, edge, edge + 1, edge / 2, edge * 2]);
    return most !== undefined && above(is, edge) ? is : undefined;
  };

/** A share below one that is recorded beside it. */
const below =
  (share: string, bound: string, factor = 1): Alert =>
  ({ now }) => {
    const least = now(bound, [undefined, 0.5, 1], DATASET.labels);
    const edge = (least ?? 1) * factor;
    const is = now(share, [undefined, edge, edge - 0.01, edge + 0.01, edge * 0.92, 0]);
    return is !== undefined && least !== undefined && is < edge ? is : undefined;
  };

/** More than none. */
const any =
  (figure: string, values: readonly (number | undefined)[] = [undefined, 0, 0.5, 1, 2]): Alert =>
  ({ now }) => {
    const is = now(figure, values);
    return above(is, 0) ? is : undefined;
  };

/** Too old, and whether anybody has been able to see it. */
function stale(told: ToldOfAlert) {
  const { now, sheet } = told;
  const value = beyond(dataset('age_seconds'), dataset('freshness_limit_seconds'), DATASET.labels)(told);
  const seen = now(dataset('seen_timestamp_seconds'), [
    undefined,
    ...[0, 240, 299, 300, 301, 600].map((ago) => sheet.now - ago),
  ]);
  const unread = now(dataset('unread_seconds'), [undefined, 0, 299, 300, 301, 600]);
  const isUnseen = above(seen === undefined ? undefined : sheet.now - seen, 300) || above(unread, 300);
  return { value, isUnseen };
}

const staleAs =
  (alert: string, other: string, isOne: (isUnseen: boolean) => boolean): Alert =>
  (told) => {
    const { value, isUnseen } = stale(told);
    const [own, others] = [told.fires([alert], DATASET.labels), told.fires([other], DATASET.labels)];
    return (isOne(isUnseen) && !others) || own ? value : undefined;
  };

const exporter = ({ sheet, subject }: ToldOfAlert): Labels | undefined => {
  const job = sheet.dice.one(undefined, 'api', 'worker', 'worker');
  if (job === undefined) return undefined;
  sheet.tell('dataset_layer_job:dataset_exporter:info', { ...subject, job }, 1);
  return { job };
};

const missing: Alert = (told) => {
  const promised = told.now(dataset('freshness_objective_seconds'), [undefined, 600]);
  return isEmpty(told) && promised !== undefined ? 1 : undefined;
};

const rows = ({ now }: ToldOfAlert) => ({
  is: now(dataset('load_rows'), [undefined, 0, 0, 9, 10, 11, 19, 20, 21]),
  least: now('dataset_layer:dataset_load_min_rows:last_known', [undefined, 0, 10, 10, 20]),
  most: now('dataset_layer:dataset_load_max_rows:last_known', [undefined, 10, 20]),
});
const zeroRows: Alert = (told) => {
  const { is, least } = rows(told);
  return is === 0 && above(least, 0) ? 0 : undefined;
};
const oddVolume: Alert = (told) => {
  const { is, least, most } = rows(told);
  const isLow = above(is, 0) && above(least, is);
  return isLow || above(is, most) ? is : undefined;
};

const shared: Alert = (told) => {
  const { now, sheet, subject } = told;
  const own = now('dataset_layer:dataset_services:count', [undefined, 1, 2, 3]);
  const ofSuites = ['a', 'b'].flatMap((name) => {
    const count = sheet.dice.one(undefined, undefined, 1, 2, 3);
    sheet.tell('dataset_layer_suite:dataset_suite_services:count', { ...subject, suite: name }, count);
    return count ?? [];
  });
  const is = own ?? most(ofSuites);
  return above(is, 1) ? is : undefined;
};

const alertsOf = (labels: readonly string[], alerts: { readonly [alert: string]: Alert }): readonly Table[] =>
  Object.entries(alerts).flatMap(([alert, tell]) => tablesOf(alert, labels, 'dataset', whileEnabled(tell)));

const COMPLETE = [dataset('completeness_ratio'), dataset('completeness_objective_ratio')] as const;

const alerts: readonly Table[] = [
  ...alertsOf(DATASET.labels, {
    DatasetStale: staleAs('DatasetStale', 'DatasetUnseen', (isUnseen) => !isUnseen),
    DatasetLate: beyond(dataset('age_seconds'), dataset('freshness_warning_seconds'), DATASET.labels),
    DatasetEmpty: missing,
    DatasetNeverLoaded: beyond(
      dataset('unknown_seconds'),
      dataset('freshness_objective_seconds'),
      DATASET.labels,
    ),
    DatasetUnreadable: any(dataset('unread_seconds')),
    DatasetIncomplete: below(...COMPLETE, 0.9),
    DatasetCompletenessLow: below(...COMPLETE),
    DatasetZeroRows: zeroRows,
    DatasetVolumeOutOfRange: oddVolume,
    DatasetSchemaChanged: any(dataset('schema_differences')),
  }),
  ...alertsOf(SUITE.labels, {
    DatasetQualityLow: below(suite('quality_score_ratio'), dataset('score_objective_ratio')),
    DatasetQualityReduced: below(suite('quality_score_ratio'), dataset('score_warning_ratio')),
    DatasetExpectationsWarned: any(suite('check_warned_expectations')),
    DatasetCheckMissing: beyond(suite('check_age_seconds'), suite('check_limit_seconds'), SUITE.labels, 1.5),
    DatasetCheckBroken: ({ now }) =>
      now(suite('check_errored'), [undefined, 0, 1, 1, 2]) === 1 ? 1 : undefined,
  }),
  ...alertsOf(COLUMN.labels, {
    DatasetValuesOutOfRange: any('dataset_layer_column:dataset_values_out_of_range:last_known'),
  }),
  ...tablesOf(
    'DatasetUnseen',
    DATASET.labels,
    'dataset',
    whileEnabled(staleAs('DatasetUnseen', 'DatasetStale', (isUnseen) => isUnseen)),
    exporter,
  ),
  ...tablesOf('DatasetShared', DATASET.labels, 'dataset', shared),
  ...tablesOf('DatasetDisabled', DATASET.labels, 'dataset', (told) => (isDisabled(told) ? 0 : undefined)),
];

/** The tables of data sets. */
export const datasetTables: readonly Table[] = [...recordings, ...alerts];
