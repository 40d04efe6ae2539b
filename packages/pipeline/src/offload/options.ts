import { longNames, unknownNames } from '@sightglass/core/authors';
import type { Watermark } from './watermark.ts';

/** An offload pipeline as its owner declares it: what it moves, how often, and what it promises. */
export interface OffloadOptions<T extends string> {
  /** The layer of the cold tier, such as `bronze`. One declaration for each layer; declaring it again replaces the former, and tables that are gone are retired. */
  readonly layer: string;
  /** The tables, each of them born at zero. */
  readonly tables: readonly T[];
  /** Time between the starts of two cycles, in seconds. The shipped alerts take their windows from it. */
  readonly intervalSeconds: number;
  /** How far a watermark may be behind, in seconds: for all tables, or for each. Default 1,800 (reference system 004: lag objective of 30 minutes). */
  readonly lagObjectiveSeconds?: number | { readonly [K in T]: number };
  /** How long a cycle may take, in seconds. Default 600 (004: 10 minutes). */
  readonly cycleDurationObjectiveSeconds?: number;
  /** Rows that each second of work should move at least. Default 10,000 (004). */
  readonly throughputObjectiveRowsPerSecond?: number;
  /** The share of cycles that should succeed, 0 to 1. Default 0.95 (004). */
  readonly successObjectiveRatio?: number;
  /** Who answers for the layer, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for this layer, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
  /** Version of the pipeline, for `offload_info`. Default: none stated. */
  readonly version?: string;
  /** Watermarks reached before this process began, from where the pipeline keeps them, so that a restart hides no lag. */
  readonly watermarks?: { readonly [K in T]?: Watermark | undefined };
  /** Time limit for each table in seconds. Default: none. */
  readonly tableTimeoutSeconds?: number | undefined;
  /** Names a failure for the label `error_type`, from a small set. Default: `timeout` or `process_error`. */
  readonly classify?: (error: unknown) => string;
  /** The kinds that `classify` can return, each of them born at zero. Default: `timeout` and `process_error`. */
  readonly errorTypes?: readonly string[];
}

/** Every option that an offload has; the compiler holds that none is missing. */
export const OFFLOAD_OPTIONS = Object.keys({
  layer: true,
  tables: true,
  intervalSeconds: true,
  lagObjectiveSeconds: true,
  cycleDurationObjectiveSeconds: true,
  throughputObjectiveRowsPerSecond: true,
  successObjectiveRatio: true,
  owner: true,
  pages: true,
  version: true,
  watermarks: true,
  tableTimeoutSeconds: true,
  classify: true,
  errorTypes: true,
} satisfies { readonly [name in keyof OffloadOptions<string>]: true });

/** What was said of one table. A table may be called `constructor`, which every object has without being told. */
export function ofTable<V>(said: object, table: string): V | undefined {
  const given = Object.hasOwn(said, table) || !(table in Object.prototype);
  return given ? (said as { readonly [table: string]: V })[table] : undefined;
}

/** Everything that is wrong with a declaration, in plain sentences; empty when it is sound. `said` is the object of the host, with whatever else. */
export function problemsOf<T extends string>(options: OffloadOptions<T>, said: object): string[] {
  if (typeof options !== 'object' || options === null)
    return ['it needs an object with layer, tables and intervalSeconds'];
  const problems: string[] = [];
  const { layer, tables, lagObjectiveSeconds } = options;
  const listed: ReadonlySet<T> = new Set(Array.isArray(tables) ? tables : []);
  if (typeof layer !== 'string' || layer === '') problems.push('layer must be a non-empty string');
  if (!Array.isArray(tables) || tables.length === 0) problems.push('tables must list at least one table');
  else {
    if (tables.some((table) => typeof table !== 'string' || table === ''))
      problems.push('every table must be a non-empty string');
    if (new Set(tables).size !== tables.length) problems.push('a table is listed twice');
  }
  const positive = (name: string, value: unknown) => {
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      problems.push(`${name} must be a number above 0`);
  };
  if (options.intervalSeconds === undefined)
    problems.push('intervalSeconds must say how often a cycle starts');
  positive('intervalSeconds', options.intervalSeconds);
  positive('cycleDurationObjectiveSeconds', options.cycleDurationObjectiveSeconds);
  positive('throughputObjectiveRowsPerSecond', options.throughputObjectiveRowsPerSecond);
  positive('tableTimeoutSeconds', options.tableTimeoutSeconds);
  if (typeof lagObjectiveSeconds === 'object' && lagObjectiveSeconds !== null) {
    const found = problems.length;
    for (const table of listed) {
      const objective = ofTable<number>(lagObjectiveSeconds, table);
      if (objective === undefined) problems.push(`lagObjectiveSeconds has no entry for "${table}"`);
      else positive(`lagObjectiveSeconds of "${table}"`, objective);
    }
    // What is missing tells of a wrong name as well. Watermarks may be of tables that there were before.
    if (problems.length === found && Array.isArray(tables))
      problems.push(...unknownNames(lagObjectiveSeconds, tables, 'lagObjectiveSeconds'));
  } else positive('lagObjectiveSeconds', lagObjectiveSeconds);
  if (options.version !== undefined && typeof options.version !== 'string')
    problems.push('version must be a string');
  if (options.owner !== undefined && (typeof options.owner !== 'string' || options.owner === ''))
    problems.push('owner must be a non-empty string');
  if (options.pages !== undefined && typeof options.pages !== 'boolean')
    problems.push('pages must be true or false');
  if (options.classify !== undefined && typeof options.classify !== 'function')
    problems.push('classify must be a function from an error to a kind');
  const { errorTypes = [], watermarks = {} } = options;
  if (!Array.isArray(errorTypes) || errorTypes.some((type) => typeof type !== 'string' || type === ''))
    problems.push('errorTypes must be a list of non-empty strings');
  if (typeof watermarks !== 'object' || watermarks === null || Array.isArray(watermarks))
    problems.push('watermarks must be an object with a time for each table');
  else
    for (const table of listed) {
      const watermark = ofTable<unknown>(watermarks, table);
      if (watermark !== undefined && typeof watermark !== 'number' && !(watermark instanceof Date))
        problems.push(`the watermark of "${table}" must be a Date or a number of Unix seconds`);
    }
  const ratio: unknown = options.successObjectiveRatio;
  if (ratio !== undefined && !(typeof ratio === 'number' && ratio > 0 && ratio < 1)) {
    problems.push('successObjectiveRatio must be between 0 and 1, both excluded');
  }
  problems.push(
    ...longNames(options, ['layer', 'tables', 'owner', 'errorTypes']),
    ...unknownNames(said, OFFLOAD_OPTIONS),
  );
  return problems;
}
