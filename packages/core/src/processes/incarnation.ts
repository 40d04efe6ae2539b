import type { LabelValues, MetricDescriptor } from '../catalog/index.ts';
import type { Changes } from '../handover/index.ts';
import type { CounterCell } from '../store/index.ts';
import type { MergedGauge, Statement } from './merged-gauge.ts';
import { type MergedMetric, type Shared, sameBounds } from './merged-metric.ts';
import {
  CounterPart,
  type GaugeChanges,
  HighestPart,
  HistogramPart,
  LastCounts,
  type Part,
  StatementPart,
} from './parts.ts';

/** What an incarnation asks of the store that it is merged into. */
export interface Merging extends GaugeChanges {
  /** The metric that these processes have together; undefined, and told of, where it is another one here. */
  metric(descriptor: MetricDescriptor): MergedMetric | undefined;
  /** No living process has the series any more. */
  orphaned(metric: MergedMetric, shared: Shared): void;
  /** A histogram has other bounds here, which are kept. */
  rebucketed(metric: MergedMetric): void;
}

/** What one process may have. Beyond, it is taken for one that says nonsense. */
const MOST_METRICS = 20_000;
const MOST_SERIES = 1_000_000;

/**
 * One life of one process or thread, as it is merged: what it had counted when it was last heard of. Only what it has counted since is added, so what is told twice counts once, and what
 * it has counted stays when it ends. A pid says nothing here.
 */
export class Incarnation {
  /** By which it is told from others in gauges that are shown for each; empty for the one that serves. */
  readonly place: string;
  readonly #merging: Merging;
  readonly #metrics: (IncomingMetric | undefined)[] = [];
  readonly #parts: (Part | undefined)[] = [];
  readonly #last = new LastCounts();
  /** The statements in gauges that may judge others, by the metric and the labels. */
  readonly #judges = new Map<string, Map<string, Statement>>();
  readonly #unjudged = new Map<Statement, { readonly by: string; readonly labels: LabelValues }>();
  #hasNewJudges = false;
  #lastSeq = -1;

  constructor(place: string, merging: Merging) {
    this.place = place;
    this.#merging = merging;
  }

  /** Takes up what has changed, unless it was told already. Throws for what can't be understood; what came before it stays. */
  apply(changes: Changes, seq = this.#lastSeq + 1): void {
    if (seq <= this.#lastSeq) return;
    this.#lastSeq = seq;
    for (const [id, descriptor] of changes.metrics) this.#addMetric(id, descriptor);
    for (const [id, metric, values, bounds] of changes.series) this.#addSeries(id, metric, values, bounds);
    for (const id of changes.removed) this.#remove(id);
    const { numbers } = changes;
    for (let at = 0; at < numbers.length; ) {
      const part = this.#parts[numbers[at]!];
      if (part === undefined) throw new Error(`there is no series ${numbers[at]}`);
      at = part.take(numbers, at + 1);
    }
    if (this.#hasNewJudges) this.#judge();
  }

  /** It has ended. What it has counted stays. */
  end(): void {
    for (const part of this.#parts) {
      if (part?.shared === undefined) continue;
      const { shared, statement, metric } = part;
      if (statement !== undefined) this.#leave(statement, () => statement.gauge.end(statement));
      shared.living--;
      if (shared.living === 0) this.#merging.orphaned(metric!, shared);
    }
    this.#parts.length = 0;
  }

  #addMetric(id: number, descriptor: MetricDescriptor): void {
    if (!(Number.isInteger(id) && id >= 0 && id < MOST_METRICS)) throw new Error('a metric has no number');
    if (typeof descriptor?.name !== 'string' || !Array.isArray(descriptor.labels))
      throw new Error('a metric has no descriptor');
    const metric = this.#merging.metric(descriptor);
    this.#metrics[id] = { metric, descriptor };
  }

  #addSeries(
    id: number,
    metricId: number,
    values: readonly string[],
    bounds: readonly number[] | undefined,
  ): void {
    const incoming = this.#metrics[metricId];
    if (!(Number.isInteger(id) && id >= 0 && id < MOST_SERIES) || incoming === undefined)
      throw new Error('a series has no number, or no metric');
    if (this.#parts[id] !== undefined) throw new Error(`there is a series ${id} already`);
    const { metric, descriptor } = incoming;
    const isHistogram = descriptor.kind === 'histogram';
    const areTexts = Array.isArray(values) && values.every((value) => typeof value === 'string');
    if (!areTexts || values.length !== descriptor.labels.length)
      throw new Error(`a series of ${descriptor.name} has other labels`);
    if (isHistogram && !areBounds(bounds)) throw new Error(`a series of ${descriptor.name} has no bounds`);
    const labels: { [name: string]: string } = {};
    for (const [i, { name }] of descriptor.labels.entries()) labels[name] = values[i]!;
    const isOthers = metric?.merge === 'own' && this.place !== '';
    const shared = isOthers ? undefined : metric?.at(labels, this.place, bounds);
    if (metric === undefined || shared === undefined) {
      this.#parts[id] = { take: (numbers, at) => at + (isHistogram ? 2 + 2 * Math.max(0, numbers[at]!) : 1) };
      return;
    }
    shared.living++;
    shared.orphanedMs = undefined;
    this.#parts[id] = this.#partOf(metric, shared, labels, bounds);
  }

  #partOf(
    metric: MergedMetric,
    shared: Shared,
    labels: LabelValues,
    bounds: readonly number[] | undefined,
  ): Part {
    const { cell, gauge } = shared;
    if (gauge !== undefined) return this.#statementPart(metric, shared, gauge, labels);
    if (!('counts' in cell)) {
      const counter = cell as CounterCell;
      return metric.merge === 'max'
        ? new HighestPart(metric, shared, counter)
        : new CounterPart(metric, shared, counter, this.#last);
    }
    if (!sameBounds(bounds!, cell.bounds.upper)) this.#merging.rebucketed(metric);
    return new HistogramPart(metric, shared, cell, this.#last, bounds!);
  }

  #statementPart(metric: MergedMetric, shared: Shared, gauge: MergedGauge, labels: LabelValues): Part {
    const statement = gauge.begin();
    const { merge } = metric;
    if (typeof merge === 'object') {
      this.#unjudged.set(statement, { by: merge.newestBy, labels });
      this.#hasNewJudges = true;
    } else if (merge === 'latest' || merge === 'max') {
      const { name, labels: own } = metric.descriptor;
      const ofMetric = this.#judges.get(name) ?? new Map<string, Statement>();
      this.#judges.set(name, ofMetric);
      ofMetric.set(keyOf(own, labels), statement);
      this.#hasNewJudges = true;
    }
    return new StatementPart(metric, shared, statement, this.#merging);
  }

  /** Finds who judges the statements that wait for it. */
  #judge(): void {
    this.#hasNewJudges = false;
    for (const [statement, { by, labels }] of this.#unjudged) {
      const ofMetric = this.#judges.get(by);
      // The judge may have fewer labels: the whole cycle for each table.
      const first = ofMetric?.keys().next().value;
      if (ofMetric === undefined || first === undefined) continue;
      const names = (JSON.parse(first) as [string, string][]).map(([name]) => ({ name }));
      const judge = ofMetric.get(keyOf(names, labels));
      if (judge === undefined) continue;
      statement.judge = judge;
      judge.judged ??= [];
      judge.judged.push(statement.gauge);
      this.#unjudged.delete(statement);
      this.#merging.changed(statement.gauge);
    }
  }

  #remove(id: number): void {
    const part = this.#parts[id];
    if (part === undefined) return;
    this.#parts[id] = undefined;
    const { metric, shared, statement } = part;
    if (metric === undefined || shared === undefined) return;
    if (statement !== undefined) this.#leave(statement, () => statement.gauge.remove(statement));
    shared.living--;
    if (shared.living === 0) metric.remove(shared);
  }

  #leave(statement: Statement, leave: () => void): void {
    leave();
    this.#unjudged.delete(statement);
    for (const gauge of [statement.gauge, ...(statement.judged ?? [])]) this.#merging.changed(gauge);
  }
}

/** Whether these are the bounds of buckets, each higher than the one before. */
const areBounds = (bounds: unknown): boolean =>
  Array.isArray(bounds) &&
  bounds.length < 1_000 &&
  bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > bounds[i - 1]));

interface IncomingMetric {
  readonly metric: MergedMetric | undefined;
  readonly descriptor: MetricDescriptor;
}

function keyOf(labels: readonly { readonly name: string }[], values: LabelValues): string {
  return JSON.stringify(labels.map(({ name }) => [name, values[name]]));
}
