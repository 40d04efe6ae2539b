import { asError, type WarnOnce, warnOnce } from '../base/index.ts';
import type { MetricDescriptor } from '../catalog/index.ts';
import { Differences } from '../handover/index.ts';
import { type CollectorReport, DEFAULT_COLLECT_TIMEOUT_MS, processesRefused, Store } from '../store/index.ts';
import { Incarnation, type Merging } from './incarnation.ts';
import type { MergedGauge } from './merged-gauge.ts';
import { MergedMetric, type Shared } from './merged-metric.ts';

/** What of the other processes is waited for when the store is collected. Never rejects, and takes no longer than the limit. */
type Ask = (limitMs: number) => Promise<void>;

/**
 * The metrics of several processes as those of one. This process is one of them: what it has recorded is taken from its own store at each collection. Everything that is exported
 * of a store can be exported of this one.
 */
export class MergedStore extends Store {
  readonly #own: Store;
  readonly #ask: Ask;
  readonly #differences: Differences;
  readonly #ownLife: Incarnation;
  readonly #metrics = new Map<string, MergedMetric | undefined>();
  readonly #changed = new Set<MergedGauge>();
  readonly #orphans = new Map<Shared, MergedMetric>();
  readonly #warn: WarnOnce = warnOnce();
  readonly #merging: Merging;
  #turn = 0;

  /** `told` are the differences of the own store to what it has told another already. */
  constructor(own: Store, ask: Ask, told = new Differences(own)) {
    super({ clock: own.clock });
    this.#own = own;
    this.#ask = ask;
    this.#differences = told;
    this.#merging = {
      metric: (descriptor) => this.#metric(descriptor),
      changed: (gauge) => this.#changed.add(gauge),
      turn: () => ++this.#turn,
      orphaned: (metric, shared) => this.#orphaned(metric, shared),
      rebucketed: ({ descriptor: { name } }) =>
        this.#warn(
          `buckets ${name}`,
          `Two processes have different buckets for ${name}; what the later one counts goes into the buckets of the first.`,
        ),
    };
    this.#ownLife = new Incarnation('', this.#merging);
    this.#takeOwn();
  }

  /** A process or thread that hands over from now on. */
  begin(place: string): Incarnation {
    return new Incarnation(place, this.#merging);
  }

  /** Collects this process and asks the others, side by side. */
  override async collect(limitMs = DEFAULT_COLLECT_TIMEOUT_MS): Promise<readonly CollectorReport[]> {
    const [reports] = await Promise.all([this.#own.collect(limitMs), this.#ask(limitMs)]);
    this.#takeOwn();
    this.#settle();
    return reports;
  }

  #takeOwn(): void {
    for (const changes of this.#differences.take()) this.#ownLife.apply(changes);
  }

  #metric(descriptor: MetricDescriptor): MergedMetric | undefined {
    const { name } = descriptor;
    let metric = this.#metrics.get(name);
    if (!this.#metrics.has(name)) {
      try {
        // What this process has declared decides what a metric is.
        metric = new MergedMetric(this, this.#own.instrument(name)?.descriptor ?? descriptor);
      } catch (error) {
        this.#refused(name, asError(error));
      }
      this.#metrics.set(name, metric);
    }
    if (metric === undefined || metric.fits(descriptor)) return metric;
    this.#refused(name);
    return undefined;
  }

  #refused(name: string, error?: Error): void {
    this.counter(processesRefused).add(1, { reason: 'metric' });
    this.#warn(
      `metric ${name}`,
      `${name} is declared differently in another process, whose series of it are left out.`,
      ...(error === undefined ? [] : [error]),
    );
  }

  #orphaned(metric: MergedMetric, shared: Shared): void {
    if (metric.expiresAfterMs === undefined && shared.gauge === undefined) return;
    shared.orphanedMs = this.clock.monotonicMs();
    this.#orphans.set(shared, metric);
  }

  #settle(): void {
    for (const gauge of this.#changed) gauge.settle();
    this.#changed.clear();
    const nowMs = this.clock.monotonicMs();
    for (const [shared, metric] of this.#orphans) {
      const { orphanedMs, gauge } = shared;
      const isDue = nowMs - (orphanedMs ?? nowMs) >= (metric.expiresAfterMs ?? Infinity);
      if (orphanedMs === undefined) this.#orphans.delete(shared);
      else if (isDue || gauge?.isOver === true) {
        this.#orphans.delete(shared);
        metric.remove(shared);
      }
    }
  }
}
