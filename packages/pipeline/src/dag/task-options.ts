import { unknownNames } from '@sightglass/core/authors';

/** A task as its DAG declares it. */
export interface TaskOptions<T extends string> {
  /** The tasks that must have succeeded before it begins. Default: none. */
  readonly after?: readonly T[];
  /** Tries that are made after the first has failed. Default 0. */
  readonly retries?: number;
  /** How long to wait before the second try, in seconds; twice as long before each further one, up to half a minute or this, whichever is longer. Default 1. */
  readonly retryDelaySeconds?: number;
  /** Time limit of a try in seconds: its signal is aborted, and it has failed. Default: none. */
  readonly timeoutSeconds?: number | undefined;
  /** How long a try may take, in seconds. Default: nothing is promised. */
  readonly durationObjectiveSeconds?: number | undefined;
}

const TASK_OPTIONS = Object.keys({
  after: true,
  retries: true,
  retryDelaySeconds: true,
  timeoutSeconds: true,
  durationObjectiveSeconds: true,
} satisfies { readonly [name in keyof TaskOptions<string>]: true });

/** A declared task, read once. */
export interface Task {
  readonly id: string;
  readonly after: readonly string[];
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly timeoutSeconds: number | undefined;
  readonly durationObjectiveSeconds: number | undefined;
}

/** The tasks of a sound declaration, in its order. */
export function tasksOf(tasks: { readonly [id: string]: TaskOptions<string> }): ReadonlyMap<string, Task> {
  return new Map(
    Object.keys(tasks).map((id) => {
      const { after = [], retries = 0, retryDelaySeconds = 1, ...rest } = tasks[id] as TaskOptions<string>;
      const { timeoutSeconds, durationObjectiveSeconds } = rest;
      const task = { after: [...new Set(after)], retries, retryDelaySeconds, timeoutSeconds };
      return [id, Object.freeze({ id, ...task, durationObjectiveSeconds })];
    }),
  );
}

/** Everything that is wrong with the tasks of a declaration. */
export function taskProblems(tasks: unknown): string[] {
  if (typeof tasks !== 'object' || tasks === null || Array.isArray(tasks))
    return ['tasks must be an object with the options of each task by its id'];
  const ids = Object.keys(tasks);
  if (ids.length === 0) return ['tasks must name at least one task'];
  const problems: string[] = [];
  const known = new Set(ids);
  for (const id of ids) {
    const where = `task ${JSON.stringify(id)}`;
    const options = (tasks as { readonly [id: string]: unknown })[id];
    if (id === '') problems.push('the id of a task must be a non-empty string');
    const found = unknownNames(options, TASK_OPTIONS, where);
    problems.push(...found);
    if (typeof options === 'object' && options !== null && !Array.isArray(options))
      problems.push(...problemsOfTask(options as { readonly [name: string]: unknown }, known, where));
  }
  return problems.length > 0 ? problems : circlesIn(tasks as { readonly [id: string]: TaskOptions<string> });
}

function problemsOfTask(
  { after, retries, retryDelaySeconds, ...rest }: { readonly [name: string]: unknown },
  ids: ReadonlySet<unknown>,
  where: string,
): string[] {
  const problems: string[] = [];
  if (after !== undefined && !Array.isArray(after)) problems.push(`${where}: after must list tasks`);
  for (const upstream of Array.isArray(after) ? after : [])
    if (!ids.has(upstream))
      problems.push(`${where} comes after ${JSON.stringify(String(upstream))}, which is no task of the DAG`);
  if (retries !== undefined && !(Number.isInteger(retries) && (retries as number) >= 0))
    problems.push(`${where}: retries must be a whole number from 0`);
  for (const [name, value] of Object.entries({
    retryDelaySeconds,
    timeoutSeconds: rest.timeoutSeconds,
    durationObjectiveSeconds: rest.durationObjectiveSeconds,
  }))
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      problems.push(`${where}: ${name} must be a number above 0`);
  return problems;
}

/** Tasks that wait for themselves: what is left of the order in which they can run. */
function circlesIn(tasks: { readonly [id: string]: TaskOptions<string> }): string[] {
  const ids = Object.keys(tasks);
  const before = new Map(ids.map((id) => [id, tasks[id]?.after ?? []] as const));
  const order = new Set(runOrder(before));
  if (order.size === ids.length) return [];
  return [`tasks wait for each other in a circle: ${ids.filter((id) => !order.has(id)).join(', ')}`];
}

/** The ids in an order in which each comes after all that it waits for, those that wait for none as they were given; without those that are part of a circle, or wait for one. */
export function runOrder(before: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const followers = new Map<string, string[]>();
  const waits = new Map<string, number>();
  for (const [id, all] of before) {
    const each = new Set(all);
    waits.set(id, each.size);
    for (const one of each) {
      const known = followers.get(one);
      if (known === undefined) followers.set(one, [id]);
      else known.push(id);
    }
  }
  const order = [...before.keys()].filter((id) => waits.get(id) === 0);
  // What is found on the way is gone over as well.
  for (const id of order)
    for (const follower of followers.get(id) ?? []) {
      const left = waits.get(follower)! - 1;
      waits.set(follower, left);
      if (left === 0) order.push(follower);
    }
  return order;
}
