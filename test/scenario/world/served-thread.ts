/** A thread that only uses the library, and is served by the process that has started it. It stops when it is told to, with all that goes on in it, until it is woken. */
import { parentPort } from 'node:worker_threads';
import { counter } from '@sightglass/core';

counter('thread_work_total', { help: 'Work of the thread.' }).add(1);
parentPort!.on('message', (gate: Int32Array) => {
  parentPort!.postMessage('frozen');
  Atomics.wait(gate, 0, 0);
  parentPort!.postMessage('awake');
});
parentPort!.postMessage('ready');
