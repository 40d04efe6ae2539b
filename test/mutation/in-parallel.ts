import { availableParallelism } from 'node:os';

/** Does the work for each item, as many at a time as there are cores: promtool keeps one busy. What the work adds to the queue is done next. */
export async function inParallel<T>(
  items: Iterable<T>,
  work: (item: T, queue: T[]) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, queue);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
