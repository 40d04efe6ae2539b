import { sharedInProcess } from '../base/index.ts';
import { type Address, givenAddress } from './address.ts';
import type { ReadStore } from './differences.ts';
import { type Failures, HandOver } from './hand-over.ts';

export { ADDRESS_VARIABLE, type Address, addressText, givenAddress, meetingAddress } from './address.ts';
export { type Changes, changesFrame, changesOf, type NewSeries } from './changes.ts';
export { Differences, type ReadStore } from './differences.ts';
export { FRAME, type Frame, FrameReader, frame, jsonFrame, jsonOf, MAX_FRAME_BYTES } from './frames.ts';
export { HandOver } from './hand-over.ts';

/** The hand-over of this process, whichever copy of the package has begun it. */
const underWay = (): { handOver: HandOver | undefined } =>
  sharedInProcess('hand-over', () => ({ handOver: undefined }));

/** Whether another process serves what this one measures. */
export function isHandedOver(): boolean {
  return underWay().handOver !== undefined;
}

/** Begins to hand over the store of this process, unless it is handed over already. */
export function beginHandOver(store: ReadStore, address: Address, failures: () => Failures): HandOver {
  const state = underWay();
  state.handOver ??= new HandOver(store, address, failures());
  return state.handOver;
}

/** Begins to hand over when a parent of this process has handed on where to, and the service is not another one. */
export function handOverIfAsked(store: ReadStore, failures: () => Failures): void {
  const address = givenAddress(process.env);
  const { OTEL_SERVICE_NAME: service } = process.env;
  if (address === undefined || (service ? service !== address.service : false)) return;
  beginHandOver(store, address, failures);
}

/** Ends it. With `forget`, what has not been handed over yet never is: this process serves itself. */
export function endHandOver({ forget = false } = {}): void {
  const state = underWay();
  if (forget) state.handOver?.abandon();
  else state.handOver?.end();
  state.handOver = undefined;
}
