/** A thread that records when it is asked to, and tells how many nanoseconds a record took. */
import { parentPort, workerData } from 'node:worker_threads';
import { Pages } from '../../../packages/core/src/handover/pages.ts';
import { LABEL_SETS, Recording } from './recording.ts';

const TURNS = 6_000;
const recording = new Recording(workerData === true ? { pages: new Pages(() => {}) } : {});
parentPort!.on('message', () => {
  const started = performance.now();
  for (let turn = 0; turn < TURNS; turn++) recording.record(1, turn);
  parentPort!.postMessage(((performance.now() - started) * 1e6) / (TURNS * LABEL_SETS * 2));
});
