import { sharedInProcess } from '@sightglass/core/authors';

/** Connections of one pool that collectors have, and polls that wait for one. */
interface Slots {
  taken: number;
  readonly waiting: (() => void)[];
}

const all = () => sharedInProcess('@sightglass/pipeline/sql-slots/1', () => new WeakMap<object, Slots>());

/** Waits until the collectors have fewer than `most` connections of this pool. Returns the function that gives the place back. */
export async function takeSlot(pool: object, most: number): Promise<() => void> {
  const slots = all().get(pool) ?? { taken: 0, waiting: [] };
  all().set(pool, slots);
  while (slots.taken >= most) await new Promise<void>((resolve) => slots.waiting.push(resolve));
  slots.taken++;
  let isGiven = false;
  return () => {
    if (isGiven) return;
    isGiven = true;
    slots.taken--;
    slots.waiting.shift()?.();
  };
}
