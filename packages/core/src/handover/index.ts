import { sharedInProcess } from '../base/index.ts';
import { type Address, givenAddress } from './address.ts';
import type { ReadStore } from './differences.ts';
import { type Failures, HandOver } from './hand-over.ts';
import { PagedHandOver, type SharedPages, sharedPages, type ThreadsStore } from './paged-hand-over.ts';
import type { Pages } from './pages.ts';
import { watchThreads } from './watch-threads.ts';

export { ADDRESS_VARIABLE, type Address, addressText, givenAddress, meetingAddress } from './address.ts';
export { type Changes, changesFrame, changesOf, type NewSeries } from './changes.ts';
export { Differences, type ReadStore } from './differences.ts';
export {
  FRAME,
  type Frame,
  FrameReader,
  frame,
  jsonFrame,
  jsonOf,
  MAX_FRAME_BYTES,
  MAX_HELLO_BYTES,
} from './frames.ts';
export type { HandOver } from './hand-over.ts';
export type { PagedCell, Pages } from './pages.ts';
export type { ThreadStore } from './thread-store.ts';
export { watchThreads } from './watch-threads.ts';

/** How this process, or thread, hands over. */
type HandingOver = HandOver | PagedHandOver;

interface UnderWay {
  handOver: HandingOver | undefined;
  /** Ends the reading of threads that come later. */
  stopWatching: () => void;
  /** What the threads of this process have measured, which it hands over for them. */
  readonly ofThreads: Set<HandOver>;
}

/** The hand-over of this process, whichever copy of the package has begun it. */
const underWay = (): UnderWay =>
  sharedInProcess('hand-over', () => ({
    handOver: undefined,
    stopWatching: () => {},
    ofThreads: new Set<HandOver>(),
  }));

/** Whether another process serves what this one measures. */
export function isHandedOver(): boolean {
  return underWay().handOver !== undefined;
}

/** Begins to hand over the store of this process, unless it is handed over already, and those of the threads that it starts from now on. */
export function beginHandOver(store: ReadStore, address: Address, failures: () => Failures): HandingOver {
  const state = underWay();
  if (state.handOver === undefined) {
    state.handOver = new HandOver(store, address, failures());
    state.stopWatching = watchThreads((thread) => {
      const handOver = new HandOver(thread, address, failures());
      state.ofThreads.add(handOver);
      return () => {
        state.ofThreads.delete(handOver);
        if (thread.isAbandoned) handOver.abandon();
        else handOver.end();
      };
    });
  }
  return state.handOver;
}

/** Where a parent of this process has handed on where to hand over, unless the service is another one. */
function addressIfAsked(): Address | undefined {
  const address = givenAddress(process.env);
  const { OTEL_SERVICE_NAME: service } = process.env;
  return address === undefined || (service ? service !== address.service : false) ? undefined : address;
}

/** How the store of this process is handed over: its pages, where another thread reads them, and what begins it. Undefined where nobody has asked for it. */
export function handOverIfAsked():
  | { readonly pages: Pages | undefined; begin(store: ThreadsStore, failures: () => Failures): void }
  | undefined {
  const address = addressIfAsked();
  if (address === undefined) return undefined;
  const shared: SharedPages | undefined = sharedPages();
  return {
    pages: shared?.pages,
    begin(store, failures) {
      if (shared === undefined) beginHandOver(store, address, failures);
      else underWay().handOver ??= new PagedHandOver(store, address, failures, shared);
    },
  };
}

/** Ends it. With `forget`, what has not been handed over yet never is: this process serves itself. */
export function endHandOver({ forget = false } = {}): void {
  const state = underWay();
  state.stopWatching();
  state.stopWatching = () => {};
  if (forget) {
    for (const one of [...(state.handOver === undefined ? [] : [state.handOver]), ...state.ofThreads])
      one.abandon();
    state.ofThreads.clear();
  } else state.handOver?.end();
  state.handOver = undefined;
}
