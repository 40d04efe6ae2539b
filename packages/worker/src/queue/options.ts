import { longNames, unknownNames } from '@sightglass/core/authors';
import type { DepthReader } from './depth.ts';

/** A queue as its owner declares it: where its items are, how much it holds, and what it promises. */
export interface QueueOptions<E extends string = string> {
  /** Its name, the same in every process that has it. Declaring it again replaces the former declaration. */
  readonly name: string;
  /** Items that it has room for: the alerts on depth are shares of this. Of a queue that is not shared, the room in this process. Default: not stated, and no such alert. */
  readonly capacity?: number;
  /** How long an item may wait for its start, in seconds. Default 300. */
  readonly maxWaitSeconds?: number;
  /** How long a piece of work, an item or a batch, may take, in seconds. Default 60. */
  readonly durationObjectiveSeconds?: number;
  /** The share of attempts that may fail, 0 to 1. Default 0.05 (reference system 003: 5 % is worth a look). */
  readonly errorObjectiveRatio?: number;
  /** Reads how many items there are, at each scrape and under its time limit: `() => queue.length`, or an object with a number for each state. Default: nobody does. */
  readonly depth?: DepthReader;
  /**
   * Whether all replicas have one queue, in Redis or a database, so that each reads the same numbers; the rules take one of them. Else each has a queue of its own, in its
   * memory, and they are added up. Default false.
   */
  readonly shared?: boolean;
  /** Whether this process works the queue off. False for one that only adds to it or looks at it: it is no consumer that could be missing. Default true. */
  readonly consumes?: boolean;
  /** Pieces of work that may be under way in this process at once. Default: not stated. */
  readonly concurrency?: number;
  /** The kinds of errors of its workers, each born at zero; `other` is always one. Default: those of reference system 003, `database_insert`, `aggregation_update`, `batch_processing`. */
  readonly errorTypes?: readonly E[];
  /** Names the kind of an error that a batch or an item throws. Default: `batch_processing` where that is a declared kind, else `other`. */
  readonly classify?: (error: unknown) => NoInfer<E> | 'other';
  /** Time limit for each piece of work that `batch` or `process` runs, in seconds: its signal is aborted then, and its items are `timed_out`. Default: none. */
  readonly timeoutSeconds?: number;
  /** Who answers for the queue, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for this queue, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
}

/** Every option that a queue has; the compiler holds that none is missing. */
export const QUEUE_OPTIONS = Object.keys({
  name: true,
  capacity: true,
  maxWaitSeconds: true,
  durationObjectiveSeconds: true,
  errorObjectiveRatio: true,
  depth: true,
  shared: true,
  consumes: true,
  concurrency: true,
  errorTypes: true,
  classify: true,
  timeoutSeconds: true,
  owner: true,
  pages: true,
} satisfies { readonly [name in keyof QueueOptions]: true });

/** Everything that is wrong with a declaration, in plain sentences; empty when it is sound. `said` is the object of the host, with whatever else. */
export function problemsOf(options: QueueOptions, said: object): string[] {
  if (typeof options !== 'object' || options === null) return ['it needs an object with a name'];
  const given = options as object as { readonly [name: string]: unknown };
  const problems: string[] = [];
  const check = (names: readonly string[], holds: (value: unknown) => boolean, must: string) => {
    for (const name of names)
      if (given[name] !== undefined && !holds(given[name])) problems.push(`${name} must be ${must}`);
  };
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (!isText(given.name)) problems.push('name must be a non-empty string');
  check(
    ['capacity', 'maxWaitSeconds', 'durationObjectiveSeconds', 'timeoutSeconds'],
    (value) => typeof value === 'number' && value > 0 && value < Infinity,
    'a number above 0',
  );
  check(
    ['errorObjectiveRatio'],
    (value) => typeof value === 'number' && value > 0 && value < 1,
    'between 0 and 1, both excluded',
  );
  check(
    ['concurrency'],
    (value) => Number.isInteger(value) && (value as number) > 0,
    'a whole number above 0',
  );
  check(['shared', 'consumes', 'pages'], (value) => typeof value === 'boolean', 'true or false');
  check(['depth', 'classify'], (value) => typeof value === 'function', 'a function');
  check(['owner'], isText, 'a non-empty string');
  check(
    ['errorTypes'],
    (value) => Array.isArray(value) && value.every(isText),
    'a list of non-empty strings',
  );
  return [
    ...problems,
    ...longNames(options, ['name', 'owner', 'errorTypes']),
    ...unknownNames(said, QUEUE_OPTIONS),
  ];
}
