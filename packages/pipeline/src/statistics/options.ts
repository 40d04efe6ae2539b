import { longNames, unknownNames } from '@sightglass/core/authors';
import { STATISTIC_KINDS, type StatisticKind } from './kinds.ts';

/**
 * Where the values of the last runs are kept while no process is there: a file, a table, a key. Both may be asynchronous, and neither may throw into the host: what fails is logged
 * once, and the statistic goes on with what this process has seen.
 */
export interface StatisticHistory {
  /** The values that were saved last, the oldest first; none when nothing was. Called once, at the declaration. */
  load(): readonly number[] | undefined | Promise<readonly number[] | undefined>;
  /** Keeps the values of the last runs, the oldest first, in the place of those before. Called after each run; while it is under way not again, and after it once for all runs that came meanwhile. */
  save(values: readonly number[]): unknown;
}

/** A number that each run gives, as its owner declares it. */
export interface StatisticOptions {
  /** What the number is of, such as the name of a data set or of a DAG. */
  readonly name: string;
  /** How much there is (`volume`), a number itself (`value`), or how long it took (`duration`). With the name it tells one statistic from another. */
  readonly kind: StatisticKind;
  /** How a run is compared: by mean and standard deviation (`z_score`), or by median and MAD (`robust`), for series in which single odd runs are usual. Default `z_score`. */
  readonly method?: 'z_score' | 'robust';
  /** The score beyond which a run is unusual. Default 3 (elementary's), 3.5 when robust (Iglewicz and Hoaglin, 1993). */
  readonly sensitivity?: number;
  /** Which way is of concern. Default: both; `up` for durations. */
  readonly direction?: 'both' | 'up' | 'down';
  /** Runs that are kept to compare with. Default 30: a month of what runs daily. At most 1,000. */
  readonly window?: number;
  /** Earlier runs that there must be before one is judged. Default 7 (elementary's). At least 2. */
  readonly leastRuns?: number;
  /** How small the spread is taken to be at least, as a share of what is expected. Default 0.05. */
  readonly spreadFloorRatio?: number;
  /** The same in the unit of the number, for one that is mostly 0. Default 0. */
  readonly leastSpread?: number;
  /** The values of earlier runs, the oldest first, or where they are kept over restarts. Default: each process begins anew. */
  readonly history?: readonly number[] | StatisticHistory;
  /** Who answers for it, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string;
}

/** Every option; the compiler holds that none is missing. */
export const STATISTIC_OPTIONS = Object.keys({
  name: true,
  kind: true,
  method: true,
  sensitivity: true,
  direction: true,
  window: true,
  leastRuns: true,
  spreadFloorRatio: true,
  leastSpread: true,
  history: true,
  owner: true,
} satisfies { readonly [name in keyof StatisticOptions]: true });

/** More runs than this are no window of the recent past, and would be sorted at each run. */
const LONGEST_WINDOW = 1_000;

/** A declaration with its defaults filled in. */
export interface StatisticSettings
  extends Required<Omit<StatisticOptions, 'history' | 'owner'>>,
    Pick<StatisticOptions, 'history' | 'owner'> {}

export function settingsOf(options: StatisticOptions): StatisticSettings {
  const { kind, method = 'z_score', window = 30 } = options;
  // Without a prototype: what is not said here must not be read of one that somebody has added to.
  return Object.assign(Object.create(null), {
    name: options.name,
    kind,
    method,
    sensitivity: options.sensitivity ?? (method === 'robust' ? 3.5 : 3),
    direction: options.direction ?? (kind === 'duration' ? 'up' : 'both'),
    window,
    leastRuns: options.leastRuns ?? Math.min(7, window),
    spreadFloorRatio: options.spreadFloorRatio ?? 0.05,
    leastSpread: options.leastSpread ?? 0,
    ...(options.history === undefined ? {} : { history: options.history }),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
  } satisfies StatisticSettings);
}

/** Everything that is wrong with a declaration, in plain sentences; empty when it is sound. `said` is the object of the host, with whatever else. */
export function problemsOf(options: StatisticOptions, said: object): string[] {
  if (typeof options !== 'object' || options === null) return ['it needs an object with a name and a kind'];
  const given = options as object as { readonly [name: string]: unknown };
  const problems: string[] = [];
  const check = (name: string, holds: (value: unknown) => boolean, must: string) => {
    if (given[name] !== undefined && !holds(given[name])) problems.push(`${name} must be ${must}`);
  };
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const isWhole = (value: unknown, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  const isOneOf = (all: readonly string[]) => (value: unknown) => all.includes(value as string);
  if (!isText(given.name)) problems.push('name must be a non-empty string');
  if (!isOneOf(STATISTIC_KINDS)(given.kind)) problems.push(`kind must be ${STATISTIC_KINDS.join(', ')}`);
  check('method', isOneOf(['z_score', 'robust']), 'z_score or robust');
  check('direction', isOneOf(['both', 'up', 'down']), 'both, up or down');
  check(
    'sensitivity',
    (value) => typeof value === 'number' && value > 0 && value < Infinity,
    'a number above 0',
  );
  check('window', (value) => isWhole(value, 2, LONGEST_WINDOW), `a whole number from 2 to ${LONGEST_WINDOW}`);
  check(
    'leastRuns',
    (value) => isWhole(value, 2, LONGEST_WINDOW) && (value as number) <= ((given.window as number) ?? 30),
    'a whole number from 2, and no more than the window holds',
  );
  for (const name of ['spreadFloorRatio', 'leastSpread'])
    check(
      name,
      (value) => typeof value === 'number' && value >= 0 && value < Infinity,
      'a number of at least 0',
    );
  check('history', isHistory, 'a list of numbers, or an object with load() and save()');
  check('owner', isText, 'a non-empty string');
  return [...problems, ...longNames(options, ['name', 'owner']), ...unknownNames(said, STATISTIC_OPTIONS)];
}

const isHistory = (value: unknown): boolean =>
  Array.isArray(value) ||
  (typeof value === 'object' &&
    value !== null &&
    typeof (value as StatisticHistory).load === 'function' &&
    typeof (value as StatisticHistory).save === 'function');
