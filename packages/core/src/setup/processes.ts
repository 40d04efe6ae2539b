import { beginHandOver, endHandOver, givenAddress } from '../handover/index.ts';
import { log } from '../logging/port.ts';
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
  end(): void;
}

const ALONE: Role = { isServed: false, flush() {}, end() {} };

/**
 * Hands over to the process that has started this one, where that serves the same service at the same port, since it runs the same code then; else serves those that this one starts.
 * Never rejects.
 */
export async function takeRole(options: TelemetryOptions, settings: Settings): Promise<Role> {
  const service = String(settings.resourceAttributes['service.name']);
  const address = givenAddress(process.env);
  const isOurs = address?.service === service && isSamePort(settings.port, address.port);
  if (options.processes === false || settings.disabled || !isOurs) endHandOver({ forget: true });
  if (options.processes === false || settings.disabled) return ALONE;
  const store = processStore();
  if (isOurs) {
    const handOver = beginHandOver(store, address, () => failedHandOvers(store));
    log().info(
      'What this process measures is handed over to the process that has started it, and served there.',
    );
    return { isServed: true, flush: () => handOver.leave(), end: endHandOver };
  }
  try {
    const { handOverSeconds = HAND_OVER_SECONDS } = options.processes ?? {};
    const served = await serveAt({ service, port: settings.port, handOverSeconds });
    return { ...ALONE, end: () => served.close() };
  } catch (error) {
    log().warn(
      { err: error },
      'There is nowhere to listen for processes that this one starts; each is by itself.',
    );
    return ALONE;
  }
}

/** A child that opens no port of its own may be anybody's. */
function isSamePort(own: number | undefined, served: number | undefined): boolean {
  return own === undefined || own === served;
}
