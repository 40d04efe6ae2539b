import { classifyError, DeclarationError, TIMEOUT } from '@sightglass/core';
import { around, isFirst, processStore, readable } from '@sightglass/core/authors';
import { recordEnqueued } from '../queue/record.ts';

/** Counts what is added by a method of one object of the host's, once it is there: `items` of what it was given and what it gave. Of one object each queue is counted once, however often it is asked for. */
export function countAdded(
  queue: string,
  object: object,
  method: string,
  items: (args: readonly unknown[], added: unknown) => number,
): void {
  if (!isFirst(object, `${method} ${queue}`)) return;
  around(object, method, async (args, add) => {
    const added = await add();
    readable(() => recordEnqueued({ queue, items: items(args, added) }));
    return added;
  });
}

/** How an attempt ended that threw. */
export const outcomeOf = (error: unknown): 'failed' | 'timed_out' =>
  classifyError(error) === TIMEOUT ? 'timed_out' : 'failed';

/** By a clock that fails no duration is known. */
export const nowMs = (): number => readable(() => processStore().clock.monotonicMs()) ?? Number.NaN;

/** A copy of the options of an adapter. What a getter of them throws becomes the cause of a `DeclarationError`. */
export function readOptions<T extends object>(options: T, what: string): T {
  // A text would be copied letter by letter.
  if (typeof options !== 'object') throw new DeclarationError(what, ['the options must be an object']);
  try {
    return { ...options };
  } catch (error) {
    throw DeclarationError.from(error, what);
  }
}
