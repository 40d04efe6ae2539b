import { sharedInProcess } from '../base/index.ts';
import { isHandedOver } from '../handover/index.ts';
import { processStore } from '../store/index.ts';
import { type ServedProcesses, serve } from './serve.ts';

/** How often processes hand over, unless told otherwise. */
export const HAND_OVER_SECONDS = 1;

/** Serves the processes that this one starts, unless it does already, or hands over itself. */
export async function serveAt(
  what: Parameters<typeof serve>[1],
  where?: Parameters<typeof serve>[2],
): Promise<ServedProcesses> {
  const state = serving();
  if (state.running !== undefined) return state.running;
  const own = processStore();
  // A successor hands over until it serves.
  if (isHandedOver() && where?.told === undefined) return { close() {} };
  const starting = serve(own, what, where).then(({ close }) => ({
    close() {
      if (state.running === starting) state.running = undefined;
      close();
    },
  }));
  state.running = starting;
  starting.catch(() => {
    state.running = undefined;
  });
  return starting;
}

const serving = (): { running: Promise<ServedProcesses> | undefined } =>
  sharedInProcess('serving-processes', () => ({ running: undefined }));
