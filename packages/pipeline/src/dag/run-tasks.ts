import { log } from '@sightglass/core';
import { readable } from '@sightglass/core/authors';
import { declaredDags } from './registry.ts';
import type { RunState, TasksOf } from './run-state.ts';
import { runTask, UpstreamFailed } from './task.ts';
import { runOrder } from './task-options.ts';

/** Runs all tasks of a run in the order of what they depend on; see `DagRun.tasks`. */
export async function runTasks(state: RunState, work: TasksOf<string>): Promise<void> {
  const tracker = declaredDags().get(state.dag_id);
  if (tracker === undefined) return;
  tellOfStrangers(state.dag_id, work, tracker.tasks);
  const slots = new Slots(tracker.options.concurrency ?? Number.POSITIVE_INFINITY);
  const settled = new Map<string, Promise<void>>();
  let first: { readonly error: unknown } | undefined;
  // Each comes after all that it waits for, so that a chain of whatever length is no depth of calls.
  for (const id of runOrder(new Map([...tracker.tasks].map(([id, { after }]) => [id, after])))) {
    const upstream = tracker.tasks.get(id)!.after.map((one) => settled.get(one));
    const settle = async () => {
      await Promise.all(upstream);
      await slots.take();
      try {
        // What has not begun when the run is called off is left out.
        if (!state.signal.aborted) await runTask(state, id, functionOf(work, id));
      } catch (error) {
        if (first === undefined && !(error instanceof UpstreamFailed)) first = { error };
      } finally {
        slots.give();
      }
    };
    settled.set(id, settle());
  }
  await Promise.all(settled.values());
  if (first !== undefined) throw first.error;
}

/** The work of a task; one that is not there fails the task, which says so. */
function functionOf(work: TasksOf<string>, id: string) {
  const found: unknown = Object.hasOwn(work, id) ? work[id] : undefined;
  if (typeof found === 'function') return found as TasksOf<string>[string];
  return () => {
    throw new TypeError(`Task ${id} has no function.`);
  };
}

/** What has been said, by DAG and name; so much at most. */
const said = new Set<string>();
const MOST_SAID = 1_000;

/** Says once of each function that it is of no task, and so does not run: without types a misspelt name would be missed by nobody. */
function tellOfStrangers(dag_id: string, work: TasksOf<string>, tasks: ReadonlyMap<string, unknown>): void {
  for (const name of readable(() => Object.keys(work)) ?? []) {
    const key = JSON.stringify([dag_id, name]);
    if (tasks.has(name) || said.has(key) || said.size >= MOST_SAID) continue;
    said.add(key);
    log().warn({ dag_id, task_id: name }, 'a function is of no task of its DAG, and does not run');
  }
}

/** How many tasks may run at once. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
