import { type AsyncHook, AsyncLocalStorage, createHook } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { quietly } from '../base/index.ts';
import { isTelemetry } from '../service/http/client-request.ts';

/** The requests and connections of exporters, so that one to a collector that does not answer can be ended. */
export interface ExportsUnderWay {
  /** Ends those that are under way, whose exporter is told why, and lets no pause before another try keep the process. */
  abandon(): void;
  /** Does work that ends the exports with their last: the timers that it sets are followed meanwhile. */
  ending(work: () => Promise<void>): Promise<void>;
  /** Looks at no further ones. */
  forget(): void;
}

/** A request of `node:http`, or a socket. */
interface Ending {
  destroy(error: Error): unknown;
  once(event: 'close', listener: () => void): unknown;
  getHeader?(name: string): unknown;
}

/** Node's own channels, which tell of each request with its first byte (and, from Node 22.12 on, before it connects), and of each connection. */
const CHANNELS = ['http.client.request.created', 'http.client.request.start', 'net.client.socket'] as const;
const EXPORTERS = 'OTel-OTLP-Exporter';

/**
 * Follows what OpenTelemetry's exporters send. They have no way to be called off: their shutdown waits for the answer, and a connection that waits
 * for one keeps the process. What the host sends is not looked at.
 */
export function followExports(): ExportsUnderWay {
  const underWay = new Set<Ending>();
  const follow = (message: unknown) => {
    try {
      const { request, socket } = message as { readonly request?: Ending; readonly socket?: Ending };
      const one = request ?? socket;
      if (one === undefined || underWay.has(one) || !(isTelemetry() || isNamedExporter(one))) return;
      underWay.add(one);
      one.once('close', () => underWay.delete(one));
    } catch {
      // A channel whose messages changed: then this export can't be called off.
    }
  };
  for (const channel of CHANNELS) subscribe(channel, follow);
  const timers = new ExportTimers();
  return {
    ending: (work) => timers.during(work),
    abandon() {
      timers.release();
      for (const one of underWay) one.destroy(new Error('The telemetry ended before the collector answered'));
    },
    forget() {
      for (const channel of CHANNELS) unsubscribe(channel, follow);
    },
  };
}

function isNamedExporter(one: Ending): boolean {
  return String(one.getHeader?.('user-agent') ?? '').includes(EXPORTERS);
}

/**
 * The timers of exports: the pause before an exporter tries again, the SDK's own limits. Each holds the process, though nobody waits for it any more. Nothing tells of them but the hook of
 * every resource that Node makes, so it is on for as long as somebody waits for exports alone.
 */
class ExportTimers {
  readonly #timers = new Set<WeakRef<NodeJS.Timeout>>();
  /** Set in all that the work does. */
  readonly #own = new AsyncLocalStorage<true>();
  #hook: AsyncHook | undefined;
  #areReleased = false;

  async during(work: () => Promise<void>): Promise<void> {
    this.#begin();
    try {
      await this.#own.run(true, work);
    } finally {
      this.#end();
    }
  }

  /** Lets none of those that there are, or will be until the work has ended, keep the process. */
  release(): void {
    this.#areReleased = true;
    for (const timer of this.#timers) quietly(() => timer.deref()?.unref());
  }

  #begin(): void {
    this.#hook = quietly(() =>
      createHook({
        init: (_id, type, _trigger, resource) => {
          if (type === 'Timeout') quietly(() => this.#found(resource as NodeJS.Timeout));
        },
      }).enable(),
    );
  }

  #found(timer: NodeJS.Timeout): void {
    if (this.#own.getStore() !== true && !isTelemetry()) return;
    this.#timers.add(new WeakRef(timer));
    // It is made, and begins to hold the process, once this has returned.
    if (this.#areReleased) queueMicrotask(() => void quietly(() => timer.unref()));
  }

  #end(): void {
    quietly(() => this.#hook?.disable());
    this.#timers.clear();
  }
}
