import { DeclarationError, type LabelValues } from '../catalog/index.ts';
import { type AnyInstrument, Instrument } from './instrument.ts';

/** The metrics that tell of one kind of thing, such as a table or a source. */
export interface MetricsOfThing<N extends string> {
  /**
   * Gives birth to the series of one such thing before anything happens to it: its counters are exported at 0 and its histograms empty. A metric that
   * has a further label, whose values are not a closed set, is left out: which of its series there will be is not known here.
   */
  initSeries(labels: { readonly [K in N]: string }): void;
  /** Ends every series of one such thing, whatever its other labels, so that nothing waits for it any more. */
  removeSeries(labels: { readonly [K in N]: string }): void;
}

/**
 * Finds the metrics of a domain that have all these labels, so that a metric that is declared later is born and retired with the others and no list
 * has to be kept: `const tables = metricsWith(metrics, 'table', 'layer')`, then `tables.initSeries({ table: 'trades', layer: 'bronze' })`.
 * `metrics` is the module that declares them; what is in it besides is passed over. Throws a `DeclarationError` when it is no object.
 */
export function metricsWith<N extends string>(metrics: object, ...names: N[]): MetricsOfThing<N> {
  const found = instrumentsIn(metrics).filter((one) => hasLabels(one, names));
  const bornAtZero = found.filter(({ descriptor: { kind } }) => kind === 'counter' || kind === 'histogram');
  return {
    initSeries(labels) {
      for (const metric of bornAtZero) metric.init(labels as LabelValues);
    },
    removeSeries(labels) {
      for (const metric of found) metric.removeAll(labels as LabelValues);
    },
  };
}

function instrumentsIn(metrics: object): AnyInstrument[] {
  try {
    return Object.values(metrics).filter((one): one is AnyInstrument => one instanceof Instrument);
  } catch (error) {
    throw DeclarationError.from(error, 'A group of metrics');
  }
}

function hasLabels(one: AnyInstrument, names: readonly string[]): boolean {
  return names.every((name) => one.descriptor.labels.some((label) => label.name === name));
}
