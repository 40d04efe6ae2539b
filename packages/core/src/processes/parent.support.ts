/**
 * A process, or thread, that starts a thread of `worker.support.ts`, has it do what it was given, and says so when it has; then it terminates it, and says that. With `knows`
 * it measures itself.
 */
import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';

const [knows, order, ends] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  boolean,
  object,
  boolean,
];
if (knows) {
  const { counter } = await import('@sightglass/core');
  counter('parents_total', { help: 'Parents.' }).add(1);
}
const say = (what: string) => (parentPort === null ? process.send?.(what) : parentPort.postMessage(what));
const thread = new Worker(new URL('./worker.support.ts', import.meta.url), { execArgv: process.execArgv });
await once(thread, 'message');
thread.postMessage(order);
await once(thread, ends ? 'exit' : 'message');
await thread.terminate();
say('ended');
