import { longNames, unknownNames } from '@sightglass/core/authors';
import { type ComparedRuns, comparedProblems } from '../statistics/compared.ts';
import type { NewestReader } from './freshness.ts';

/** Bounds of a number; one that is left out does not bind. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A data set as its owner declares it: what it is, and what is promised of it. */
export interface DatasetOptions<S extends string = string, C extends string = string> {
  /** Its name, such as that of its table, the same in every process. Declaring it again replaces the former declaration. */
  readonly name: string;
  /** The layer that it belongs to, such as `bronze`, `silver` or `gold`. Default `default`. */
  readonly layer?: string;
  /** How old its newest record may be, in seconds: beyond it somebody is woken. Default, where freshness is tracked: 7,200 (reference system 001: no data for two hours), or twice `updateIntervalSeconds`. */
  readonly freshnessObjectiveSeconds?: number;
  /** From which age of its newest record on somebody is told, in seconds. Default: half-way from `updateIntervalSeconds` to the objective; where that is not stated, from a day for an objective beyond a day, from a week beyond a week, else from 0 (001: one hour). */
  readonly freshnessWarningSeconds?: number;
  /** How much time lies between two updates, in seconds. Default: not stated. */
  readonly updateIntervalSeconds?: number;
  /** Reads how new its newest record is, at each scrape and under its time limit; `null` says that there is none. Default: `trackFreshness` or `fresh()` tells it. */
  readonly newest?: NewestReader;
  /** The suites of expectations that it is checked by, each of them waited for. Default: none. */
  readonly suites?: readonly S[];
  /** How much time lies between two runs of a suite, in seconds: of all, or of each. Default 86,400 (001 looks back a day). */
  readonly checkIntervalSeconds?: number | { readonly [K in S]: number };
  /** The quality score below which somebody is woken, 0 to 1. Default 0.9 (001: below 90 %). */
  readonly scoreObjectiveRatio?: number;
  /** The quality score below which somebody is told, 0 to 1. Default 0.95 (001: green from 95 % on), or the objective where that is higher. */
  readonly scoreWarningRatio?: number;
  /** The share of the expected records that should be there, 0 to 1. Default, where completeness is recorded: 0.99. */
  readonly completenessObjectiveRatio?: number;
  /** How many rows a load should bring; `min: 0` says that one may bring nothing. Default, where loads are recorded: at least 1. */
  readonly volume?: Bounds;
  /** Compares the rows of each load with those of the loads before it (`AnomalyVolume`), by default or by these options of `declareStatistic`. Default: no load is compared. */
  readonly anomalies?: ComparedRuns;
  /** Between which bounds the values of its columns lie, in the unit of each. Default: none is looked at. */
  readonly values?: { readonly [K in C]: Bounds };
  /** Its columns and their types, as `recordSchema` is told them. Default: what is seen first. */
  readonly columns?: { readonly [column: string]: string };
  /** Who answers for it, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for it, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
}

/** Every option that a data set has; the compiler holds that none is missing. */
export const DATASET_OPTIONS = Object.keys({
  name: true,
  layer: true,
  freshnessObjectiveSeconds: true,
  freshnessWarningSeconds: true,
  updateIntervalSeconds: true,
  newest: true,
  suites: true,
  checkIntervalSeconds: true,
  scoreObjectiveRatio: true,
  scoreWarningRatio: true,
  completenessObjectiveRatio: true,
  volume: true,
  anomalies: true,
  values: true,
  columns: true,
  owner: true,
  pages: true,
} satisfies { readonly [name in keyof DatasetOptions]: true });

/** What is promised of a data set that does not say so itself, by reference system 001. The alerts and the panels read these as metrics, and have no numbers of their own. */
export const DEFAULTS = {
  layer: 'default',
  freshnessObjectiveSeconds: 7_200,
  checkIntervalSeconds: 86_400,
  scoreObjectiveRatio: 0.9,
  scoreWarningRatio: 0.95,
  completenessObjectiveRatio: 0.99,
  minRows: 1,
} as const;

type Given = { readonly [name: string]: unknown };
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isPositive = (value: unknown) => isNumber(value) && value > 0;
const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything that is wrong with a declaration, in plain sentences; empty when it is sound. `said` is the object of the host, with whatever else. */
export function problemsOf(options: DatasetOptions, said: object): string[] {
  if (!isObject(options)) return ['it needs an object with a name'];
  const given = options as unknown as Given;
  const problems: string[] = [];
  const check = (names: readonly string[], holds: (value: unknown) => boolean, must: string) => {
    for (const name of names)
      if (given[name] !== undefined && !holds(given[name])) problems.push(`${name} must be ${must}`);
  };
  if (!isText(given.name)) problems.push('name must be a non-empty string');
  check(['layer', 'owner'], isText, 'a non-empty string');
  check(
    ['freshnessObjectiveSeconds', 'freshnessWarningSeconds', 'updateIntervalSeconds'],
    isPositive,
    'a number above 0',
  );
  check(['newest'], (value) => typeof value === 'function', 'a function');
  const isList = Array.isArray(given.suites) && given.suites.every(isText);
  check(['suites'], () => isList, 'a list of non-empty strings');
  problems.push(...intervalProblems(given.checkIntervalSeconds, isList ? (given.suites as string[]) : []));
  check(
    ['scoreObjectiveRatio', 'scoreWarningRatio', 'completenessObjectiveRatio'],
    (value) => isPositive(value) && (value as number) <= 1,
    'above 0 and at most 1',
  );
  check(['pages'], (value) => typeof value === 'boolean', 'true or false');
  if (given.volume !== undefined) problems.push(...boundsProblems('volume', given.volume, 0));
  if (given.values !== undefined && !isObject(given.values)) problems.push('values must be an object');
  else
    for (const [column, bounds] of Object.entries((given.values ?? {}) as Given))
      problems.push(...boundsProblems(`values of "${column}"`, bounds));
  if (given.columns !== undefined && !(isObject(given.columns) && Object.values(given.columns).every(isText)))
    problems.push('columns must be an object with a type for each column');
  problems.push(...comparedProblems(given.anomalies));
  problems.push(...contradictions(options));
  return [
    ...problems,
    ...longNames(options, ['name', 'layer', 'suites', 'owner']),
    ...unknownNames(said, DATASET_OPTIONS),
  ];
}

function intervalProblems(given: unknown, suites: readonly string[]): string[] {
  if (given === undefined || isPositive(given)) return [];
  if (!isObject(given)) return ['checkIntervalSeconds must be a number above 0, or one for each suite'];
  const wrong = suites.filter((suite) => !isPositive(given[suite]));
  return [
    ...wrong.map((suite) => `checkIntervalSeconds of "${suite}" must be a number above 0`),
    ...unknownNames(given, suites, 'checkIntervalSeconds'),
  ];
}

function boundsProblems(what: string, given: unknown, least?: number): string[] {
  if (!isObject(given)) return [`${what} must be an object with min, max or both`];
  const { min, max } = given;
  const problems = [
    ...[['min', min] as const, ['max', max] as const].flatMap(([name, value]) =>
      value === undefined || (isNumber(value) && (least === undefined || value >= least))
        ? []
        : [`${name} of ${what} must be a number${least === undefined ? '' : ` of at least ${least}`}`],
    ),
    ...unknownNames(given, ['min', 'max'], what),
  ];
  if (problems.length > 0) return problems;
  if (min === undefined && max === undefined) return [`${what} must have min, max or both`];
  return isNumber(min) && isNumber(max) && min > max ? [`min of ${what} must not be above max`] : [];
}

/** Numbers that are sound alone and not together: what warns must come before what wakes. */
function contradictions(options: DatasetOptions): string[] {
  const { freshnessObjectiveSeconds: stale, freshnessWarningSeconds: late } = options;
  const { updateIntervalSeconds: interval, scoreWarningRatio: warned, scoreObjectiveRatio: low } = options;
  return [
    ...(isNumber(stale) && isNumber(late) && late > stale
      ? ['freshnessWarningSeconds must not be above freshnessObjectiveSeconds']
      : []),
    ...(isNumber(stale) && isNumber(interval) && interval > stale
      ? ['updateIntervalSeconds must not be above freshnessObjectiveSeconds']
      : []),
    ...(isNumber(low) && isNumber(warned) && warned < low
      ? ['scoreWarningRatio must not be below scoreObjectiveRatio']
      : []),
  ];
}

/** How old the newest record may be, and from when on it is late. */
export function freshnessOf(options: Partial<DatasetOptions>): {
  readonly objective: number;
  readonly warning: number;
} {
  const { updateIntervalSeconds: interval, freshnessObjectiveSeconds, freshnessWarningSeconds } = options;
  const objective =
    freshnessObjectiveSeconds ?? (interval === undefined ? DEFAULTS.freshnessObjectiveSeconds : 2 * interval);
  return {
    objective,
    warning:
      freshnessWarningSeconds ??
      Math.min(objective, ((interval ?? usualInterval(objective)) + objective) / 2),
  };
}

const DAY_SECONDS = 86_400;

/** How often a data set is updated of which only is said how old it may be: who allows 26 hours loads each day, and would else be told of it each afternoon. */
const usualInterval = (objective: number): number =>
  [7 * DAY_SECONDS, DAY_SECONDS].find((interval) => interval < objective) ?? 0;
