import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { BoundCounter, Store } from '../../store/index.ts';
import {
  eventLoopDelayMax,
  eventLoopDelayMean,
  eventLoopDelayP50,
  eventLoopDelayP90,
  eventLoopDelayP99,
  eventLoopTime,
  eventLoopUtilization,
} from './metrics.ts';

/** A time over which the loop is watched. */
interface Window {
  readonly startMs: number;
  readonly histogram: ReturnType<typeof monitorEventLoopDelay>;
  readonly utilization: ReturnType<typeof performance.eventLoopUtilization>;
}

/** How often the loop is looked at. Node counts this interval into the delay; it is taken out again. */
const RESOLUTION_MS = 20;
/** As long as the longest usual scrape interval, so that no delay falls between two scrapes. */
const WINDOW_MS = 60_000;

/**
 * Reads how late and how busy the event loop is. Two windows overlap, so that every reading, whoever makes it, covers at least
 * {@link WINDOW_MS} once the process is that old: a window that each reading began anew would show two Prometheus servers half of it each.
 */
export class EventLoop {
  readonly #clock: Store['clock'];
  readonly #time;
  readonly #utilization;
  readonly #mean;
  readonly #max;
  readonly #percentiles;
  #older: Window;
  #newer: Window;

  constructor(store: Store) {
    this.#clock = store.clock;
    this.#time = store.counter(eventLoopTime);
    this.#utilization = store.gauge(eventLoopUtilization);
    this.#mean = store.gauge(eventLoopDelayMean);
    this.#max = store.gauge(eventLoopDelayMax);
    this.#percentiles = [
      { percentile: 50, gauge: store.gauge(eventLoopDelayP50) },
      { percentile: 90, gauge: store.gauge(eventLoopDelayP90) },
      { percentile: 99, gauge: store.gauge(eventLoopDelayP99) },
    ];
    this.#older = this.#window();
    this.#newer = this.#older;
  }

  read(): void {
    this.#move();
    const { histogram, utilization } = this.#older;
    const now = performance.eventLoopUtilization();
    this.#timeIn('active', now.active);
    this.#timeIn('idle', now.idle);
    this.#utilization.set(performance.eventLoopUtilization(now, utilization).utilization);
    if (histogram.count === 0) return;
    this.#mean.set(seconds(histogram.mean));
    this.#max.set(seconds(histogram.max));
    for (const { percentile, gauge } of this.#percentiles)
      gauge.set(seconds(histogram.percentile(percentile)));
  }

  stop(): void {
    this.#older.histogram.disable();
    this.#newer.histogram.disable();
  }

  #move(): void {
    if (this.#clock.monotonicMs() - this.#newer.startMs < WINDOW_MS) return;
    if (this.#older !== this.#newer) this.#older.histogram.disable();
    this.#older = this.#newer;
    this.#newer = this.#window();
  }

  #window(): Window {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    return {
      startMs: this.#clock.monotonicMs(),
      histogram,
      utilization: performance.eventLoopUtilization(),
    };
  }

  #timeIn(state: 'active' | 'idle', ms: number): void {
    moveTo(this.#time.series.at({ nodejs_eventloop_state: state }), ms / 1000);
  }
}

/** Nanoseconds between two looks as the seconds by which the second one was late. */
function seconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}

/** Moves a counter on to what the system has counted. */
export function moveTo(cell: (BoundCounter & { readonly value: number }) | undefined, total: number): void {
  if (cell !== undefined && total > cell.value) cell.add(total - cell.value);
}
