import { log } from '@sightglass/core';
import { Lifecycle, processStore, withinSeconds } from '@sightglass/core/authors';
import { anomalyScore, type Floor, MAD_TO_DEVIATION, statisticsOf } from './formulas.ts';
import * as metrics from './metrics.ts';
import type { StatisticHistory, StatisticSettings } from './options.ts';

/** A store of history that has not answered by then is gone without: runs wait for it until then. */
const LOAD_SECONDS = 30;
/** A history that takes longer than this to be saved is not waited for any more. */
const SAVE_SECONDS = 60;

/** The runs of one statistic in this process, and what is said of the last one. */
export class StatisticTracker {
  readonly settings: StatisticSettings;
  readonly lifecycle: Lifecycle<{ statistic: string; kind: StatisticSettings['kind'] }>;
  readonly #labels: { readonly statistic: string; readonly kind: StatisticSettings['kind'] };
  readonly #floor: Floor;
  readonly #port: StatisticHistory | undefined;
  #values: number[];
  /** Runs that came while the history was being read; undefined once it is. */
  #waiting: number[] | undefined;
  #saysOnce = new Set<string>();
  #isSaving = false;
  /** Whether runs have come since the saving that is under way began. */
  #isUnsaved = false;

  /** `seen` are the runs of the same statistic before it was declared again. */
  constructor(settings: StatisticSettings, seen: readonly number[] = []) {
    this.settings = settings;
    const { name: statistic, kind, history, spreadFloorRatio, leastSpread } = settings;
    this.#labels = { statistic, kind };
    this.#floor = { ratio: spreadFloorRatio, least: leastSpread };
    this.lifecycle = new Lifecycle(metrics.statisticLifecycle, this.#labels, 'enabled');
    this.#port = isPort(history) ? history : undefined;
    this.#values = this.#lastOf(seen.length > 0 ? seen : Array.isArray(history) ? history : []);
    if (this.#port !== undefined && seen.length === 0) this.#load(this.#port);
  }

  /** The values of the last runs, the oldest first. */
  get values(): readonly number[] {
    return [...this.#values];
  }

  record(value: number): void {
    if (this.lifecycle.state === 'retired') return;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      processStore().refused(metrics.statisticLastValue.descriptor.name);
      return;
    }
    if (this.#waiting === undefined) this.#judge(value);
    // More than the window holds would be forgotten at once.
    else this.#waiting = this.#lastOf([...this.#waiting, value]);
  }

  /** Compares a run with those before it, says what came of that, and keeps it. */
  #judge(value: number): void {
    const { leastRuns, method, direction } = this.settings;
    const earlier = statisticsOf(this.#values);
    const isJudged = earlier.count >= leastRuns;
    const z = anomalyScore(value, earlier.mean, earlier.standardDeviation, this.#floor);
    const robust = anomalyScore(
      value,
      earlier.median,
      MAD_TO_DEVIATION * earlier.medianAbsoluteDeviation,
      this.#floor,
    );
    const score = (isJudged ? (method === 'robust' ? robust : z) : undefined) ?? 0;
    const isOfConcern = direction === 'both' || (direction === 'up' ? score > 0 : score < 0);
    const labels = this.#labels;
    metrics.statisticLastValue.set(value, labels);
    metrics.statisticLastRun.setToNow(labels);
    metrics.statisticRuns.set(earlier.count, labels);
    metrics.statisticJudged.set(isJudged ? 1 : 0, labels);
    metrics.statisticScore.set(isOfConcern ? score : 0, labels);
    const known = earlier.count > 0;
    showOrRemove(metrics.statisticMean, known ? earlier.mean : undefined, labels);
    showOrRemove(metrics.statisticDeviation, known ? earlier.standardDeviation : undefined, labels);
    showOrRemove(metrics.statisticMedian, known ? earlier.median : undefined, labels);
    showOrRemove(
      metrics.statisticMedianDeviation,
      known ? earlier.medianAbsoluteDeviation : undefined,
      labels,
    );
    showOrRemove(metrics.statisticZScore, isJudged ? z : undefined, labels);
    showOrRemove(metrics.statisticRobustScore, isJudged ? robust : undefined, labels);
    this.#values = this.#lastOf([...this.#values, value]);
    this.#save();
  }

  #lastOf(values: readonly unknown[]): number[] {
    const { window } = this.settings;
    const finite: number[] = [];
    // From the end, so that what is longer than asked for costs no more.
    for (
      let i = values.length - 1;
      i >= 0 && finite.length < window && values.length - i <= 10 * window;
      i--
    ) {
      const value = values[i];
      if (typeof value === 'number' && Number.isFinite(value)) finite.unshift(value);
    }
    return finite;
  }

  #load(port: StatisticHistory): void {
    this.#waiting = [];
    const loaded = withinSeconds(LOAD_SECONDS, async () => port.load());
    void loaded.then(
      (values) => this.#begin(values),
      (error: unknown) => {
        this.#warn('load', error);
        this.#begin(undefined);
      },
    );
  }

  #begin(values: unknown): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    try {
      if (Array.isArray(values)) this.#values = this.#lastOf(values);
      else if (values !== undefined && values !== null) throw new TypeError('load() gave no list of numbers');
    } catch (error) {
      this.#warn('load', error);
    }
    if (this.lifecycle.state !== 'retired') for (const value of waiting) this.#judge(value);
  }

  #save(): void {
    const port = this.#port;
    if (port === undefined) return;
    this.#isUnsaved = this.#isSaving;
    if (this.#isSaving) return;
    this.#isSaving = true;
    // One at a time: of two that are under way the older might be the last to be written, and where one hangs there would be as many as runs.
    void withinSeconds(SAVE_SECONDS, async () => port.save(this.values))
      .catch((error: unknown) => this.#warn('save', error))
      .then(() => {
        this.#isSaving = false;
        if (this.#isUnsaved) this.#save();
      });
  }

  #warn(what: 'load' | 'save', error: unknown): void {
    if (this.#saysOnce.has(what)) return;
    this.#saysOnce.add(what);
    log().warn(
      { ...this.#labels, err: error },
      `the history of a statistic could not be ${what === 'load' ? 'loaded' : 'saved'}`,
    );
  }
}

const isPort = (history: StatisticSettings['history']): history is StatisticHistory =>
  typeof history === 'object' && history !== null && !Array.isArray(history);

function showOrRemove<L>(
  gauge: { set(value: number, labels: L): void; remove(labels: L): void },
  value: number | undefined,
  labels: L,
): void {
  if (value === undefined) gauge.remove(labels);
  else gauge.set(value, labels);
}
