/** A thread of the service in `service.ts`. It only uses the library, and lives as long as the service. */
import { parentPort } from 'node:worker_threads';
import { counter } from '@sightglass/core';
import { observeProcess } from '@sightglass/core/service';

counter('thread_work_total', { help: 'Work of the thread.' }).add(1);
// What each process shows by itself, by the label `process`.
observeProcess();
parentPort!.on('message', () => {});
parentPort!.postMessage('up');
