import { BroadcastChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { quietly } from '../base/index.ts';
import { announceReader, type Beginning } from './paged-hand-over.ts';
import { ThreadStore } from './thread-store.ts';

/**
 * Finds the threads that this one starts from now on and that measure: their stores are read here. `begun` is told of each, and returns what is to be done when it has ended, however. Nothing
 * holds the process. Returns the function that ends it for threads that come later.
 */
export function watchThreads(begun: (store: ThreadStore) => () => void): () => void {
  const name = `sightglass-${crypto.randomUUID()}`;
  const channel = new BroadcastChannel(name);
  const workers = new Map<number, Worker>();
  const ends = new Map<number, () => void>();
  const forget = announceReader(name);

  const begin = (beginning: Beginning) => {
    // One that was started by another thread: its end would not be known here.
    if (!workers.has(beginning.threadId)) return;
    const store = ThreadStore.of(beginning);
    if (store === undefined) return;
    const end = begun(store);
    ends.set(beginning.threadId, () => {
      store.end();
      end();
    });
  };
  /** A thread may have begun and ended before that is told. */
  const drain = () => {
    for (;;) {
      const received = receiveMessageOnPort(channel as never) as { message: Beginning } | undefined;
      if (received === undefined) return;
      begin(received.message);
    }
  };
  const onWorker = (worker: Worker) => {
    const { threadId } = worker;
    workers.set(threadId, worker);
    worker.once('exit', () => {
      quietly(drain);
      workers.delete(threadId);
      quietly(() => ends.get(threadId)?.());
      ends.delete(threadId);
    });
  };
  channel.onmessage = (event) => quietly(() => begin((event as { data: Beginning }).data));
  channel.unref();
  process.on('worker', onWorker);
  return () => {
    forget();
    process.off('worker', onWorker);
    quietly(() => channel.close());
  };
}
