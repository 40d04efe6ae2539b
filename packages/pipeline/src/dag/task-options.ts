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
  for (const id of ids) {
    const where = `task ${JSON.stringify(id)}`;
    const options = (tasks as { readonly [id: string]: unknown })[id];
    if (id === '') problems.push('the id of a task must be a non-empty string');
    const found = unknownNames(options, TASK_OPTIONS, where);
    problems.push(...found);
    if (typeof options === 'object' && options !== null && !Array.isArray(options))
      problems.push(...problemsOfTask(options as { readonly [name: string]: unknown }, ids, where));
  }
  return problems.length > 0 ? problems : circlesIn(tasks as { readonly [id: string]: TaskOptions<string> });
}

function problemsOfTask(
  { after, retries, retryDelaySeconds, ...rest }: { readonly [name: string]: unknown },
  ids: readonly string[],
  where: string,
): string[] {
  const problems: string[] = [];
  if (after !== undefined && !Array.isArray(after)) problems.push(`${where}: after must list tasks`);
  for (const upstream of Array.isArray(after) ? after : [])
    if (!ids.includes(upstream))
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

/** Tasks that wait for themselves: what is left when all that can begin has been taken away, again and again. */
function circlesIn(tasks: { readonly [id: string]: TaskOptions<string> }): string[] {
  const left = new Set(Object.keys(tasks));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const id of left) if (!(tasks[id]?.after ?? []).some((one) => left.has(one))) left.delete(id);
  }
  return left.size === 0 ? [] : [`tasks wait for each other in a circle: ${[...left].join(', ')}`];
}
