import { days, hours, minutes } from '../world/time.ts';
import {
  at,
  DAYS,
  EARLIER,
  HOURS,
  type Labels,
  last,
  type Past,
  type Reach,
  remembered,
  ruleOf,
  type Sheet,
  type Table,
  table,
} from './table.ts';
import { keptPast, subjectsBy } from './totals.ts';

const JOB = ['job_name'];
const INTERVAL = 'job_name:job_interval_seconds:last_known';
const DURATION = 'job_name:job_duration_objective_seconds:last_known';
const FRESHNESS = 'job_name:job_freshness_objective_seconds:last_known';

/** What is recorded of a job now, if it is. */
const told = (
  sheet: Sheet,
  metric: string,
  subject: Labels,
  values: readonly (number | undefined)[],
  by: readonly string[] = JOB,
) => sheet.shared(metric, subject, by, (dice) => dice.one(...values));

/** Two months, so that a month ago has something on both sides. */
const MONTHS: Reach = { name: 'months', step: minutes(10), now: days(62) };

const rareness = [undefined, 30_000, 30_240, 31_000, 40_000];

/** What a total was around the far end of a window. */
function windowPast(
  sheet: Sheet,
  windows: readonly number[],
): { readonly self: Past; readonly copies: Past } {
  const { dice } = sheet;
  const value = () => dice.one(10, 20, 30, 40);
  const self = new Map<number, number>();
  const copies = new Map<number, number>();
  if (dice.maybe(0.9)) self.set(0, dice.one(0, 0, 25, 50, 50));
  // One that nobody had before.
  if (dice.maybe(0.15)) return { self: [...self], copies: [] };
  for (const window of windows) {
    // One of which nothing but an old copy is left.
    if (dice.maybe(0.2)) {
      copies.set(window + days(7.5), value());
      continue;
    }
    for (const more of [0, 600, 1_200, 2_400])
      if (dice.maybe(more > 600 ? 0.3 : 0.5)) self.set(window + more, value());
    for (const more of [hours(1), hours(2), days(3), days(4), days(6.5), days(7.5), days(10)])
      if (dice.maybe(0.3)) copies.set(window + more, value());
    if (dice.maybe(0.3)) self.set(window / 2, value());
    if (dice.maybe(0.3)) copies.set(window / 2, value());
    if (dice.maybe(0.3)) copies.set(window - hours(1), value());
  }
  return { self: [...self], copies: [...copies] };
}

const grown = (
  { self, copies }: { readonly self: Past; readonly copies: Past },
  window: number,
): number | undefined => {
  const now = at(self);
  return now === undefined
    ? undefined
    : Math.max(0, now - (last(self, minutes(15), window) ?? last(copies, days(7), window) ?? 0));
};

/** Runs in a week where there are twenty of them, in a month where not, and in a day. */
function tellRuns(
  sheet: Sheet,
  name: 'events' | 'bad_events',
  slo: string,
  windows: readonly number[],
): void {
  const subjects = slo === 'job-duration' ? DURATION : INTERVAL;
  for (const subject of subjectsBy(JOB)) {
    const past = windowPast(sheet, windows);
    for (const [of, its] of [
      [slo, past],
      ['other', windowPast(sheet, windows)],
    ] as const) {
      sheet.tell(`slo:${name}:total`, { ...subject, slo: of }, its.self);
      sheet.tell(`slo:${name}:total_hourly`, { ...subject, slo: of }, its.copies);
    }
    const interval =
      windows.length === 1 && slo === 'job-duration' ? undefined : told(sheet, INTERVAL, subject, rareness);
    const isOne =
      subjects === INTERVAL
        ? interval !== undefined
        : told(sheet, DURATION, subject, [undefined, 60, 60]) !== undefined;
    const [short, long] = windows;
    const window =
      long === undefined ? short! : interval === undefined ? undefined : interval <= 30_240 ? short! : long;
    sheet.expect({ ...subject, slo }, isOne && window !== undefined ? grown(past, window) : undefined);
  }
}

interface Slices {
  readonly slo: string;
  readonly by: readonly string[];
  /** How old what should happen is. */
  age(sheet: Sheet, subject: Labels): number | undefined;
  limit(sheet: Sheet, subject: Labels): number | undefined;
}

const LIMITS = [undefined, 0, 600, 900, 1_200, 1_200, 5_000, 5_000];
const AGES = [
  undefined,
  -5_000,
  0,
  300,
  600,
  601,
  900,
  901,
  901,
  1_150,
  1_200,
  1_201,
  1_290,
  1_320,
  1_500,
  1_570,
  1_601,
  1_700,
];

const freshness = (sheet: Sheet, subject: Labels) => told(sheet, FRESHNESS, subject, LIMITS);

/** How long after the one before a run has ended. */
function endsWithin(sheet: Sheet, subject: Labels): number | undefined {
  const interval = told(sheet, INTERVAL, subject, [undefined, -300, 600, 600, 810, 900, 990, 1_200]);
  const bound = told(sheet, DURATION, subject, [undefined, undefined, 60, 300]);
  return interval === undefined ? undefined : interval + Math.max(interval / 3, 300) + (bound ?? 0);
}

const slices: readonly Slices[] = [
  {
    slo: 'job-availability',
    by: JOB,
    age(sheet, subject) {
      const most = endsWithin(sheet, subject);
      const near = most === undefined ? [] : [-20, -1, 0, 1, 20].map((more) => most + more);
      const fresh = freshness(sheet, subject);
      const age = told(sheet, 'job_name:job_run_age_seconds:last_known', subject, [
        ...AGES,
        ...near,
        ...near,
        ...[undefined, undefined, undefined, undefined],
        ...(fresh === undefined ? [] : Array<number>(20).fill(fresh)),
      ]);
      const began = told(sheet, 'job_run_started_timestamp_seconds', subject, [undefined, 9]);
      const bound = told(sheet, DURATION, subject, [undefined, undefined, 60, 300]);
      const isAtWork =
        age !== undefined &&
        fresh !== undefined &&
        age <= fresh &&
        began !== undefined &&
        bound === undefined;
      return isAtWork ? 0 : age;
    },
    limit: endsWithin,
  },
  {
    slo: 'job-freshness',
    by: JOB,
    age: (sheet, subject) =>
      told(sheet, 'job_name:job_data_age_seconds:judged', subject, [undefined, ...AGES]),
    limit: freshness,
  },
  {
    slo: 'source-freshness',
    by: ['job_name', 'source'],
    age: (sheet, subject) =>
      told(sheet, 'job_name_source:sync_source_age_seconds:last_known', subject, AGES, [
        'job_name',
        'source',
      ]),
    limit: freshness,
  },
];

/** A series of an SLO that is kept, also of another SLO, and what is remembered of it. */
function tellKept(
  sheet: Sheet,
  metric: string,
  subject: Labels,
  by: readonly string[],
  slo: string,
  values: readonly number[],
) {
  const own = Object.fromEntries(by.map((label) => [label, subject[label]!]));
  return sheet.once(metric, { ...own, slo }, () => {
    const { self, copies } = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(...values));
    const other = keptPast(sheet.dice, sheet.reach, () => sheet.dice.one(...values));
    sheet.tell(metric, { ...own, slo }, self);
    sheet.tell(`${metric}_hourly`, { ...own, slo }, copies);
    sheet.tell(metric, { ...own, slo: 'other' }, other.self);
    sheet.tell(`${metric}_hourly`, { ...own, slo: 'other' }, other.copies);
    return remembered(self, copies);
  });
}

/** Slices that were counted, while what they are of is known, and one more. */
function tellSlices(sheet: Sheet, name: 'events' | 'bad_events', { slo, by, age }: Slices): void {
  for (const subject of subjectsBy(by)) {
    const isKnown = age(sheet, subject) !== undefined;
    const was = tellKept(sheet, `slo:${name}:total`, subject, by, slo, [0, 3, 10, 20]);
    const slice = sheet.dice.one(undefined, 0, 1);
    // A label that nobody sums by.
    const more: Labels = sheet.dice.maybe(0.3) ? { instance: 'a' } : {};
    sheet.tell('slo:good_slice:bool', { ...subject, ...more, slo }, slice);
    sheet.tell('slo:good_slice:bool', { ...subject, slo: 'other' }, sheet.dice.one(undefined, 0, 1));
    const carried = isKnown ? was : undefined;
    const added = slice === undefined ? undefined : name === 'events' ? 1 : 1 - slice;
    sheet.expect({ ...subject, slo }, carried === undefined ? added : carried + (added ?? 0));
  }
}

/** Limits, now and before; a change counts from now on. */
function tellChanged(sheet: Sheet, { slo, limit }: Slices): void {
  for (const subject of subjectsBy(JOB)) {
    const is = limit(sheet, subject);
    const was = tellKept(sheet, 'slo:limit:seconds', subject, JOB, slo, [
      600,
      900,
      1_200,
      ...(is === undefined ? [] : [is, is, is]),
    ]);
    const changed = tellKept(
      sheet,
      'slo:limit_changed:timestamp_seconds',
      subject,
      JOB,
      slo,
      [100, 200, 300],
    );
    const hasChanged = is !== undefined && was !== undefined && is !== was;
    sheet.expect({ ...subject, slo }, hasChanged ? sheet.now : is === undefined ? undefined : changed);
  }
}

/** Old enough is bad, unless the limit has just become shorter. */
function tellGood(sheet: Sheet, { slo, by, age, limit }: Slices): void {
  const { dice, now } = sheet;
  for (const subject of subjectsBy(by)) {
    const recorded = sheet.shared('slo:limit:seconds', subject, JOB, () => dice.one(undefined, 600, 900), {
      slo,
    });
    const changed = sheet.shared(
      'slo:limit_changed:timestamp_seconds',
      subject,
      JOB,
      () => dice.one(undefined, undefined, now - 500, now - 600, now - 700, now - 900, now - 1_000),
      { slo },
    );
    sheet.shared('slo:limit:seconds', subject, JOB, () => dice.one(undefined, 600, 1_000), { slo: 'other' });
    sheet.shared('slo:limit_changed:timestamp_seconds', subject, JOB, () => dice.one(undefined, now - 100), {
      slo: 'other',
    });
    const isPaused = told(sheet, 'job_name:job_enabled:last_known', subject, [undefined, 1, 1, 0]) === 0;
    const [is, most] = [age(sheet, subject), limit(sheet, subject)];
    const isNew = changed !== undefined && recorded !== undefined && now - changed <= recorded;
    const good =
      is === undefined ? undefined : isNew ? 1 : most === undefined ? undefined : is <= most ? 1 : 0;
    sheet.expect({ ...subject, slo }, isPaused ? undefined : good);
  }
}

const EXPLAINING = ['JobGone', 'JobStopped', 'JobStuck', 'JobFailing'];

/** Explained while an alert fires that explains it, and on from there until a slice is good. */
function tellExplained(sheet: Sheet, { slo, by }: Slices): void {
  const { dice } = sheet;
  const explaining = slo === 'source-freshness' ? EXPLAINING.slice(0, 3) : EXPLAINING;
  const firing = new Map<string, boolean>();
  for (const subject of subjectsBy(by)) {
    const job_name = subject.job_name!;
    if (!firing.has(job_name)) {
      const alerts = [...EXPLAINING, 'JobLate'].flatMap((alertname) =>
        dice.maybe(0.12) ? [{ alertname, alertstate: dice.one('firing', 'firing', 'pending') }] : [],
      );
      for (const alert of alerts) sheet.tell('ALERTS', { ...alert, job_name }, 1);
      firing.set(
        job_name,
        alerts.some(({ alertname, alertstate }) => explaining.includes(alertname) && alertstate === 'firing'),
      );
    }
    const slice = dice.one(undefined, 0, 0, 1);
    sheet.tell('slo:good_slice:bool', { ...subject, slo }, slice);
    sheet.tell('slo:good_slice:bool', { ...subject, slo: 'other' }, dice.one(undefined, 0, 1));
    const agos = new Set(dice.one([360, 600], [600, 1_200], [840, 1_560], [1_200, 1_560]));
    const self: Past = dice.maybe(0.2) ? [] : [...agos].map((ago) => [ago, dice.one(1, 2, 3)]);
    sheet.tell('slo:explained:bool', { ...subject, slo }, self);
    sheet.tell('slo:explained:bool', { ...subject, slo: 'other' }, dice.maybe() ? [[360, 4]] : []);
    const was = last(self, minutes(15), EARLIER);
    sheet.expect(
      { ...subject, slo },
      firing.get(job_name) && slice !== undefined ? 1 : slice === 0 ? was : undefined,
    );
  }
}

function tellLimit(sheet: Sheet, { slo, limit }: Slices): void {
  for (const subject of subjectsBy(JOB)) sheet.expect({ ...subject, slo }, limit(sheet, subject));
}

function tellWindow(sheet: Sheet, slo: string): void {
  for (const subject of subjectsBy(JOB)) {
    const interval = told(sheet, INTERVAL, subject, rareness);
    const isOne = slo === 'job-success' || told(sheet, DURATION, subject, [undefined, 60]) !== undefined;
    sheet.expect(
      { ...subject, slo },
      isOne && interval !== undefined ? (interval <= 30_240 ? days(7) : days(30)) : undefined,
    );
  }
}

const OBJECTIVES: { readonly [slo: string]: number } = {
  'job-success': 0.95,
  'job-availability': 0.99,
  'job-duration': 0.95,
  'job-freshness': 0.99,
  'source-freshness': 0.95,
  'admin-availability': 0.999,
};

function tellObjective(sheet: Sheet, slo: string): void {
  const by =
    slo === 'admin-availability' ? ['http_route'] : slo === 'source-freshness' ? ['job_name', 'source'] : JOB;
  for (const [i, subject] of subjectsBy(by).entries()) {
    const events = sheet.dice.one(undefined, 0, 5, 7);
    sheet.tell('slo:events:increase_window', { ...subject, slo }, events);
    sheet.tell('slo:events:increase_window', { ...subject, slo: 'other' }, sheet.dice.one(undefined, 0, 5));
    const own =
      slo === 'job-success'
        ? told(sheet, 'job_name:job_success_objective_ratio:last_known', subject, [
            undefined,
            undefined,
            0.5 + i / 1_000,
          ])
        : undefined;
    sheet.expect({ ...subject, slo }, own ?? (events === undefined ? undefined : OBJECTIVES[slo]));
  }
}

/** How far apart evaluations were: an hour and more ago, and in the last hour, of which the one in the middle counts. */
const SLICES: Past = [
  [3_960, 30],
  [3_840, 30],
  [3_000, 200],
  [1_200, 120],
  [120, 150],
];
const SLICE = 150;
/** Where nobody knows how far apart they are. */
const A_MINUTE = minutes(1);

const BURN: { readonly [window: string]: number } = {
  '5m': minutes(5),
  '30m': minutes(30),
  '1h': hours(1),
  '6h': hours(6),
  '3d': days(3),
};
const byOf = (slo: string): readonly string[] =>
  slo === 'admin-availability' ? ['http_route'] : slo === 'source-freshness' ? ['job_name', 'source'] : JOB;
const strategyOf = (slo: string) =>
  slo === 'admin-availability'
    ? 'traffic'
    : slo === 'job-success' || slo === 'job-duration'
      ? 'counts'
      : 'slices';

function tellBurn(sheet: Sheet, window: string, slice: number): void {
  if (slice === SLICE) sheet.tell('slo:slice:seconds', {}, SLICES);
  for (const [slo, objective] of Object.entries(OBJECTIVES))
    for (const subject of subjectsBy(byOf(slo)).slice(0, 12)) {
      const whole = BURN[window]! / slice;
      const events = sheet.dice.one(
        undefined,
        0,
        1,
        whole * 0.5,
        whole * 0.95,
        whole,
        whole * 1.05,
        whole * 2,
      );
      const bad = sheet.dice.one(undefined, 0, 1, whole * 0.3, whole * 0.8);
      sheet.tell(`slo:events:increase${window}`, { ...subject, slo }, events);
      sheet.tell(`slo:bad_events:increase${window}`, { ...subject, slo }, bad);
      if (events === undefined || bad === undefined || strategyOf(slo) === 'counts') continue;
      const of = strategyOf(slo) === 'slices' ? Math.max(events, whole) : events;
      sheet.expect({ ...subject, slo }, of > 0 ? bad / of / (1 - objective) : undefined);
    }
}

function tellAllowed(sheet: Sheet, slice: number): void {
  if (slice === SLICE) sheet.tell('slo:slice:seconds', {}, SLICES);
  for (const slo of [...Object.keys(OBJECTIVES), 'other'])
    for (const subject of subjectsBy(byOf(slo)).slice(0, 12)) {
      const whole = days(30) / slice;
      const objective = sheet.dice.one(undefined, 0.9, 0.95, 0.99);
      const events = sheet.dice.one(undefined, 0, 1, 5, 30, whole * 0.95, whole, whole * 1.05, whole * 2);
      sheet.tell('slo:objective:ratio', { ...subject, slo }, objective);
      sheet.tell('slo:events:increase_window', { ...subject, slo }, events);
      if (events === undefined || objective === undefined || slo === 'other') continue;
      const allowed = (1 - objective) * (strategyOf(slo) === 'slices' ? Math.max(events, whole) : events);
      sheet.expect({ ...subject, slo }, strategyOf(slo) === 'counts' ? Math.max(1, allowed) : allowed);
    }
}

/** How much each SLO weighs in what the users of a job notice. */
const WEIGHTS = { 'job-freshness': 4, 'job-success': 3, 'job-availability': 2, 'job-duration': 1 };

/** Several SLOs of a job as one number: all of them kept, or a mean by their weights. */
function tellReliability(sheet: Sheet, composite: string): void {
  for (const subject of subjectsBy(JOB)) {
    const kept: [weight: number, ratio: number][] = [];
    // A label that nobody sums by.
    for (const [slo, weight] of Object.entries(WEIGHTS))
      for (const instance of sheet.dice.one([], ['a'], ['a'], ['a', 'b'])) {
        const ratio = sheet.dice.one(0, 0.25, 0.5, 0.5, 1);
        sheet.tell('slo:good_events:ratio_window', { ...subject, slo, instance }, ratio);
        kept.push([weight, ratio]);
      }
    sheet.tell('slo:good_events:ratio_window', { ...subject, slo: 'other' }, sheet.dice.one(undefined, 0.75));
    const weights = kept.reduce((sum, [weight]) => sum + weight, 0);
    const mean = kept.reduce((sum, [weight, ratio]) => sum + weight * ratio, 0) / weights;
    const product = kept.reduce((all, [, ratio]) => all * ratio, 1);
    sheet.expect(
      { ...subject, composite },
      kept.length === 0 ? undefined : composite === 'job-reliability' ? product : mean,
    );
  }
}

/** How far apart evaluations are, where the one before was in the last six hours. */
function tellLength(sheet: Sheet): void {
  for (const [i, ago] of [120, 10_200, 11_400, 21_000, 22_200, 30_000].entries()) {
    sheet.tell('slo:evaluated:timestamp_seconds', { x: `${i}` }, [
      [0, sheet.now],
      [ago, sheet.now - 60],
      [ago + 1_200, sheet.now - 30],
      [ago + 2_400, sheet.now - 90],
    ]);
    sheet.expect({ x: `${i}` }, ago < hours(6) ? 60 : undefined);
  }
}

const seeds = (...all: readonly number[]) => all.map((seed) => ({ reach: HOURS, seed }));
const both = [HOURS, DAYS].flatMap((reach) => [1, 2].map((seed) => ({ reach, seed })));
const thrice = [HOURS, DAYS].flatMap((reach) => [1, 2, 3].map((seed) => ({ reach, seed })));
const NAMES = ['events', 'bad_events'] as const;

/** Tables with slices of a known length and of none; what has no labels is told to all that are evaluated together, so each at its own pace. */
const sliced = (
  records: readonly string[],
  tell: (sheet: Sheet, record: string, slice: number) => void,
): Table[] =>
  records.flatMap((record) =>
    [
      { reach: HOURS, slice: SLICE },
      { reach: DAYS, slice: A_MINUTE },
    ].map(({ reach, slice }) => table(ruleOf(record), { reach }, (sheet) => tell(sheet, record, slice))),
  );

/** Samples that are younger than a month, in a Prometheus that has let go of older ones in the last days. */
function tellRetention(sheet: Sheet): void {
  const { dice, now } = sheet;
  for (const job of ['j', 'k'])
    for (const instance of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']) {
      const age = days(30) + dice.one(-400_000, -200_000, -60, 0, 60, 200_000, 400_000);
      const kinds = ['time', 'size'].map((kind) => {
        const isLetGo = dice.maybe(0.4);
        sheet.tell(`prometheus_tsdb_${kind}_retentions_total`, { job, instance }, [
          [1_200, 5],
          [0, isLetGo ? 6 : 5],
        ]);
        return isLetGo;
      });
      sheet.tell('prometheus_tsdb_lowest_timestamp_seconds', { job, instance }, now - age);
      sheet.expect({ job, instance }, age < days(30) && kinds.includes(true) ? age : undefined);
    }
}

/** What each SLO is counted by, from totals to budgets. */
export const sloTables: readonly Table[] = [
  ...slices.flatMap((each) => {
    const rule = (record: string) => ruleOf(record, { slo: each.slo });
    return [
      ...NAMES.flatMap((name) =>
        thrice.map((how) => table(rule(`slo:${name}:total`), how, (sheet) => tellSlices(sheet, name, each))),
      ),
      ...both.map((how) =>
        table(rule('slo:limit_changed:timestamp_seconds'), how, (sheet) => tellChanged(sheet, each)),
      ),
      ...seeds(1).map((how) => table(rule('slo:limit:seconds'), how, (sheet) => tellLimit(sheet, each))),
      ...seeds(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).map((how) =>
        table(rule('slo:good_slice:bool'), how, (sheet) => tellGood(sheet, each)),
      ),
      ...seeds(1, 2, 3, 4, 5, 6, 7, 8).map((how) =>
        table(rule('slo:explained:bool'), how, (sheet) => tellExplained(sheet, each)),
      ),
    ];
  }),
  ...['job-success', 'job-duration'].flatMap((slo) => [
    ...NAMES.flatMap((name) => [
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
        table(ruleOf(`slo:${name}:increase_window`, { slo }), { reach: MONTHS, seed }, (sheet) =>
          tellRuns(sheet, name, slo, [days(7), days(30)]),
        ),
      ),
      ...[1, 2].map((seed) =>
        table(
          ruleOf(`slo:${name}:increase1d`, { slo }),
          { reach: { ...DAYS, step: minutes(10) }, seed },
          (sheet) => tellRuns(sheet, name, slo, [days(1)]),
        ),
      ),
    ]),
    table(ruleOf('slo:window:seconds', { slo }), { reach: HOURS }, (sheet) => tellWindow(sheet, slo)),
  ]),
  ...Object.keys(OBJECTIVES).map((slo) =>
    table(ruleOf('slo:objective:ratio', { slo }), { reach: HOURS }, (sheet) => tellObjective(sheet, slo)),
  ),
  ...sliced(
    Object.keys(BURN).map((window) => `slo:burn_rate:ratio${window}`),
    (sheet, record, slice) => tellBurn(sheet, record.slice('slo:burn_rate:ratio'.length), slice),
  ),
  ...sliced(['slo:allowed_events:increase_window'], (sheet, _, slice) => tellAllowed(sheet, slice)),
  ...['job-reliability', 'job-experience'].flatMap((composite) =>
    seeds(1, 2).map((how) =>
      table(ruleOf('slo:reliability:ratio_window', { composite }), how, (sheet) =>
        tellReliability(sheet, composite),
      ),
    ),
  ),
  table(ruleOf('slo:slice:seconds'), { reach: HOURS }, tellLength),
  table(ruleOf('SloRetentionTooShort'), { reach: HOURS }, tellRetention),
];
