import { type Address, beginHandOver, endHandOver, givenAddress, meetingAddress } from '../handover/index.ts';
import { log } from '../logging/port.ts';
import type { ServedProcesses } from '../processes/index.ts';
import { HAND_OVER_SECONDS, serveAt } from '../processes/serving.ts';
import { failedHandOvers, processStore } from '../store/index.ts';
import type { TelemetryOptions } from './options.ts';
import type { Settings } from './settings.ts';

/** What this process is to the others of its service. */
export interface Role {
  /** Whether another process serves what this one measures. */
  readonly isServed: boolean;
  /** Hands over what has not been yet. */
  flush(): void;
  /** Calls `open` when this process takes the place of the one that has served it. */
  whenServing(open: () => void): void;
  end(): void;
}

const ALONE: Role = { isServed: false, flush() {}, whenServing() {}, end() {} };

/**
 * Hands over to the process that has started this one, where that serves the same service and this one names no other port; else serves those that this one starts,
 * or hands over to who serves where all meet. Never rejects.
 */
export async function takeRole(options: TelemetryOptions, settings: Settings): Promise<Role> {
  const service = String(settings.resourceAttributes['service.name']);
  const address = givenAddress(process.env);
  const isOurs = address?.service === service && (!settings.isPortStated || settings.port === address.port);
  if (options.processes === false || settings.disabled || !isOurs) endHandOver({ forget: true });
  if (options.processes === false || settings.disabled) return ALONE;
  const { handOverSeconds = HAND_OVER_SECONDS, socket } = options.processes ?? {};
  if (isOurs) return handOverTo(address);
  const what = { service, port: settings.port, handOverSeconds };
  try {
    const served = await serveAt(what, socket === undefined ? {} : { socket });
    return { ...ALONE, end: () => served.close() };
  } catch (error) {
    if (socket !== undefined) return handOverTo(meetingAddress(socket, what), { socket });
    log().warn(
      { err: error },
      'There is nowhere to listen for processes that this one starts; each is by itself.',
    );
    return ALONE;
  }
}

/** `at` is where this process may take the other's place. */
function handOverTo(address: Address, at?: { readonly socket: string }): Role {
  const store = processStore();
  const handOver = beginHandOver(store, address, () => failedHandOvers(store));
  let served: ServedProcesses | undefined;
  let open: (() => void) | undefined;
  log().info('What this process measures is handed over to another of the service, and served there.');
  // A thread takes nobody's place.
  if (at !== undefined && 'succeed' in handOver)
    handOver.succeed = async (told) => {
      served = await serveAt(address, { ...at, told });
      endHandOver();
      log().info('This process serves the others of the service from now on.');
      open?.();
      return true;
    };
  return {
    isServed: true,
    flush: () => handOver.leave(),
    whenServing(given) {
      open = given;
      if (served !== undefined) open();
    },
    end() {
      endHandOver();
      served?.close();
    },
  };
}
