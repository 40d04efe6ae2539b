import { days, hours } from '../world/time.ts';
import {
  DAYS,
  HOURS,
  type Labels,
  RECENT,
  remembered,
  ruleOf,
  type Sheet,
  type Table,
  table,
  WEEKS,
} from './table.ts';
import {
  COLLECTOR,
  COLUMN,
  DATASET,
  JOB,
  keptPast,
  LAYER,
  PIPELINE,
  QUERY,
  QUEUE,
  SOURCE,
  STATISTIC,
  SUITE,
  subjectsBy,
  TABLE,
} from './totals.ts';

type Kept = typeof JOB;

const seriesOf = ({ noun, labels }: Kept, what: string): string =>
  `${labels.join('_')}:${noun}_${what}_timestamp_seconds:last_known`;

interface Register {
  readonly thing: Kept;
  readonly declared: string;
  readonly isRecorded?: boolean;
  /** How long a thing is remembered instead of a week, where that is longer. */
  readonly longer?: (sheet: Sheet, subject: Labels) => number | undefined;
  readonly retirements: readonly Kept[];
  readonly of?: Kept;
}

const WEEK = days(7);
const SPANS = [hours(20), hours(40), hours(60), hours(100)];

/** What is remembered of a declaration, by some of the labels of a thing. */
function rememberedOf(
  sheet: Sheet,
  metric: string,
  subject: Labels,
  labels: readonly string[],
  spans = SPANS,
): number | undefined {
  const own = Object.fromEntries(labels.map((label) => [label, subject[label]!]));
  return sheet.once(metric, own, () => {
    const { self, copies } = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(...spans));
    sheet.tell(metric, own, self);
    sheet.tell(`${metric}_hourly`, own, copies);
    return remembered(self, copies);
  });
}

const times = (count: number, span: number | undefined, more = 0): number | undefined =>
  span === undefined ? undefined : count * span + more;

const CHECK_INTERVAL = 'dataset_layer_suite:dataset_check_interval_seconds:last_known';
/** Each data set has these. */
const SUITES = ['v0', 'v1'];

/** How long a data set is kept for its freshness, or for the suite that runs most rarely. */
function keptForDataset(sheet: Sheet, subject: Labels): number | undefined {
  const spans = [
    rememberedOf(
      sheet,
      'dataset_layer:dataset_freshness_objective_seconds:last_known',
      subject,
      DATASET.labels,
    ),
    ...SUITES.map((suite) => rememberedOf(sheet, CHECK_INTERVAL, { ...subject, suite }, SUITE.labels)),
  ].filter((span) => span !== undefined);
  return spans.length === 0 ? undefined : times(2, Math.max(...spans), days(1));
}

const registers: readonly Register[] = [
  {
    thing: DATASET,
    declared: 'dataset_declared_timestamp_seconds',
    retirements: [DATASET],
    longer: keptForDataset,
  },
  {
    thing: SUITE,
    declared: 'dataset_suite_declared_timestamp_seconds',
    retirements: [SUITE, DATASET],
    of: DATASET,
    longer: (sheet, subject) => times(2, rememberedOf(sheet, CHECK_INTERVAL, subject, SUITE.labels), days(1)),
  },
  {
    thing: COLUMN,
    declared: 'dataset_values_out_of_range',
    retirements: [DATASET],
    of: DATASET,
  },
  {
    thing: JOB,
    declared: 'job_interval_seconds',
    retirements: [JOB],
    longer: (sheet, subject) =>
      times(
        2,
        rememberedOf(sheet, 'job_name:job_freshness_objective_seconds:last_known', subject, ['job_name']),
        days(1),
      ),
  },
  {
    thing: LAYER,
    declared: 'offload_interval_seconds',
    retirements: [LAYER],
    longer: (sheet, subject) =>
      times(5, rememberedOf(sheet, 'layer:offload_interval_seconds:last_known', subject, ['layer'])),
  },
  {
    thing: TABLE,
    declared: 'offload_lag_objective_seconds',
    retirements: [TABLE, LAYER],
    of: LAYER,
    longer: (sheet, subject) => {
      const interval = rememberedOf(sheet, 'layer:offload_interval_seconds:last_known', subject, ['layer']);
      const lag = rememberedOf(
        sheet,
        'layer_table:offload_lag_objective_seconds:last_known',
        subject,
        ['layer', 'table'],
        [0, ...SPANS],
      );
      return lag === undefined ? undefined : times(5, interval);
    },
  },
  {
    thing: SOURCE,
    declared: 'sync_source_first_seen_timestamp_seconds',
    retirements: [SOURCE, JOB],
    of: JOB,
  },
  { thing: QUEUE, declared: 'queue_wait_objective_seconds', retirements: [QUEUE] },
  { thing: STATISTIC, declared: 'statistic_sensitivity', retirements: [STATISTIC] },
  { thing: COLLECTOR, declared: 'sql_collector_interval_seconds', retirements: [COLLECTOR] },
  { thing: QUERY, declared: 'sql_collector_interval_seconds', retirements: [COLLECTOR], of: COLLECTOR },
  {
    thing: PIPELINE,
    declared: 'pipeline_declared_timestamp_seconds',
    retirements: [PIPELINE],
    longer: (sheet, subject) =>
      times(
        2,
        rememberedOf(
          sheet,
          'pipeline_name:pipeline_freshness_objective_seconds:last_known',
          subject,
          PIPELINE.labels,
        ),
        days(1),
      ),
  },
  {
    thing: { noun: 'sightglass_targets', labels: ['job'] },
    declared: 'job:sightglass_targets:count',
    isRecorded: true,
    retirements: [],
  },
];

/** What processes declare now, on no, one or two instances. */
function tellDeclared(
  sheet: Sheet,
  metric: string,
  subject: Labels,
  { chance = 0.35, isRecorded = false, values = [60, 600, 3_600] } = {},
): number[] {
  const { dice } = sheet;
  if (!dice.maybe(chance)) return [];
  if (isRecorded) {
    const value = dice.one(...values);
    sheet.tell(metric, subject, value);
    return [value];
  }
  return ['a', 'b'].slice(0, dice.one(1, 2)).map((instance) => {
    const value = dice.one(...values);
    sheet.tell(metric, { ...subject, job: 'j', instance }, value);
    return value;
  });
}

/** When things were last declared: now, or as long ago as they are remembered, and not before they were retired. */
function tellSeen(
  sheet: Sheet,
  { thing, declared, isRecorded = false, longer, retirements, of }: Register,
): void {
  const { dice, now } = sheet;
  for (const subject of subjectsBy(thing.labels)) {
    const record = seriesOf(thing, 'seen');
    const isDeclared =
      tellDeclared(sheet, declared, subject, {
        isRecorded,
        chance: 0.2,
        values: declared.includes('interval') || declared.includes('timestamp') ? [60, 600] : [0, 60],
      }).length > 0;
    const span = longer?.(sheet, subject);
    const ages = [0.5, 0.95, 1, 1.05, 1.5].map((share) => share * WEEK);
    const own =
      span === undefined ? [] : [0.5, 0.93, 0.995, 1, 1.005, 1.07, 1.3].map((share) => share * span);
    const { self, copies } = keptPast(dice, sheet.reach, () => now - dice.one(...ages, ...own));
    sheet.tell(record, subject, self);
    sheet.tell(`${record}_hourly`, subject, copies);
    const was = remembered(self, copies);
    const retiredSince = retirements.map((each) => {
      const near = [...self, ...copies].map(([, value]) => value as number);
      const at = sheet.shared(seriesOf(each, 'retired'), subject, each.labels, () =>
        dice.maybe(0.5)
          ? dice.one(now - dice.one(...ages, ...own), ...near) + dice.one(0, 0, 1, -1)
          : undefined,
      );
      return was !== undefined && at !== undefined && was <= at;
    });
    const isOf =
      of === undefined ||
      sheet.shared(seriesOf(of, 'seen'), subject, of.labels, () => (dice.maybe(0.75) ? 5 : undefined)) !==
        undefined;
    const isKept = was !== undefined && (was > now - WEEK || (span !== undefined && was > now - span));
    sheet.expect(
      subject,
      isDeclared ? now : isKept && isOf && !retiredSince.includes(true) ? was : undefined,
    );
  }
}

interface Retirement {
  readonly thing: Kept;
  readonly declared: string;
  /** What a process says of a thing that is retired, and what it may say besides. */
  readonly said: string;
  readonly state?: boolean;
  readonly above?: boolean;
}

const retirements: readonly Retirement[] = [
  {
    thing: DATASET,
    declared: 'dataset_declared_timestamp_seconds',
    said: 'dataset_lifecycle_state',
    state: true,
  },
  {
    thing: SUITE,
    declared: 'dataset_suite_declared_timestamp_seconds',
    said: 'dataset_suite_retired_timestamp_seconds',
    above: true,
  },
  { thing: JOB, declared: 'job_interval_seconds', said: 'job_lifecycle_state', state: true },
  { thing: LAYER, declared: 'offload_interval_seconds', said: 'offload_lifecycle_state', state: true },
  {
    thing: TABLE,
    declared: 'offload_lag_objective_seconds',
    said: 'offload_table_retired_timestamp_seconds',
  },
  {
    thing: SOURCE,
    declared: 'sync_source_first_seen_timestamp_seconds',
    said: 'sync_source_retired_timestamp_seconds',
    above: true,
  },
];

/** When things were last retired: now, where somebody says so and none declares it, or for a week and an hour. */
function tellRetired(
  sheet: Sheet,
  { thing, declared, said, state = false, above = false }: Retirement,
): void {
  const { dice, now } = sheet;
  const record = seriesOf(thing, 'retired');
  const kept = WEEK + hours(1);
  for (const subject of subjectsBy(thing.labels)) {
    const isDeclared = tellDeclared(sheet, declared, subject).length > 0;
    let isSaid = false;
    for (const instance of ['a', 'b'].filter(() => dice.maybe(0.4))) {
      const value = state ? dice.one(0, 1, 1, 2) : above ? dice.one(0, 0.5, 1, 9) : dice.one(1, 9);
      const of = state ? { state: dice.one('retired', 'retired', 'enabled') } : {};
      sheet.tell(said, { ...subject, ...of, job: 'j', instance }, value);
      isSaid ||= state ? of.state === 'retired' && value === 1 : above ? value > 0 : true;
    }
    const { self, copies } = keptPast(
      dice,
      sheet.reach,
      () => now - dice.one(...[0.5, 0.95, 1, 1.05, 1.5].map((share) => share * kept)),
    );
    sheet.tell(record, subject, self);
    sheet.tell(`${record}_hourly`, subject, copies);
    const was = remembered(self, copies);
    sheet.expect(
      subject,
      isSaid && !isDeclared ? now : was !== undefined && was > now - kept ? was : undefined,
    );
  }
}

const inBoth = (
  make: (how: { readonly reach: typeof DAYS; readonly seed: number }) => Table,
  seeds: readonly number[] = [1, 2, 3],
): Table[] => [
  ...[HOURS, DAYS].flatMap((reach) => seeds.map((seed) => make({ reach, seed }))),
  ...[RECENT, WEEKS].flatMap((reach) => [1, 2].map((seed) => make({ reach, seed }))),
];

/** Registers of things, and their retirements. */
export const registerTables: readonly Table[] = [
  ...registers.flatMap((each) =>
    inBoth(
      (how) => table(ruleOf(seriesOf(each.thing, 'seen')), how, (sheet) => tellSeen(sheet, each)),
      [1, 2, 3, 4, 5, 6],
    ),
  ),
  ...retirements.flatMap((each) =>
    inBoth((how) => table(ruleOf(seriesOf(each.thing, 'retired')), how, (sheet) => tellRetired(sheet, each))),
  ),
];
