import type { MetricDescriptor } from '@sightglass/core';
import type { Recording } from '../model/rule.ts';
import type { ExternalMetric } from '../promql/promql.ts';

type LabelDescriptor = MetricDescriptor['labels'][number];

/** A series name that an expression may read. */
export interface CatalogEntry {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  /** Every label that its series can have. */
  readonly labels: readonly LabelDescriptor[];
  readonly source: 'declared' | 'recorded' | 'external';
}

/** Every series name that expressions may read. */
export interface Catalog {
  /** Undefined for a name that nobody declares. */
  get(name: string): CatalogEntry | undefined;
  /** Whether a histogram has this name, which itself is no series. */
  isHistogram(name: string): boolean;
  readonly entries: readonly CatalogEntry[];
}

/** What a catalog is made of. */
export interface CatalogSources {
  readonly declared: readonly MetricDescriptor[];
  readonly recorded: readonly Recording[];
  readonly external: readonly ExternalMetric[];
  /** Labels that a deployment adds to every series, such as those of a selector. Default: none. */
  readonly commonLabels?: readonly string[];
}

/** The label by which each of several processes that are served by one shows a gauge by itself. */
const PROCESS_LABEL: LabelDescriptor = { name: 'process' };

/** The labels that Prometheus gives each series it scrapes. */
const TARGET_LABELS: readonly LabelDescriptor[] = [{ name: 'job' }, { name: 'instance' }];

export function catalogOf({ declared, recorded, external, commonLabels = [] }: CatalogSources): Catalog {
  /** What is made of our series can have any of their labels. */
  const anyLabel = declared.flatMap(({ labels }) => labels.map(({ name }) => name));
  const common = commonLabels.map((name) => ({ name }));
  const entries: CatalogEntry[] = [
    ...declared.flatMap(seriesOf),
    ...recorded.map(
      ({ record, labels, staticLabels = {} }): CatalogEntry => ({
        name: record,
        kind: 'gauge',
        labels: named([...labels, ...Object.keys(staticLabels).filter((label) => !labels.includes(label))]),
        source: 'recorded',
      }),
    ),
    ...external.map(
      ({ external: name, kind, labels, of }): CatalogEntry => ({
        name,
        kind,
        labels: [
          ...named(of === 'alerts' ? [...new Set([...labels, ...anyLabel])] : labels),
          ...TARGET_LABELS,
        ],
        source: 'external',
      }),
    ),
  ].map((entry) => ({ ...entry, labels: [...entry.labels, ...common] }));
  const byName = new Map<string, CatalogEntry>();
  for (const entry of entries) byName.set(entry.name, merged(byName.get(entry.name), entry));
  const histograms = new Set(declared.filter(({ kind }) => kind === 'histogram').map(({ name }) => name));
  return {
    get: (name) => byName.get(name),
    isHistogram: (name) => histograms.has(name) && !byName.has(name),
    entries,
  };
}

/** A series that several rules record has the labels of all of them. */
function merged(known: CatalogEntry | undefined, entry: CatalogEntry): CatalogEntry {
  if (known === undefined) return entry;
  const added = entry.labels.filter(({ name }) => !known.labels.some((label) => label.name === name));
  return { ...known, labels: [...known.labels, ...added] };
}

const named = (labels: readonly string[]): LabelDescriptor[] => labels.map((name) => ({ name }));

function seriesOf({ kind, name, labels, merge }: MetricDescriptor): CatalogEntry[] {
  const scraped = [...labels, ...(merge === 'each' ? [PROCESS_LABEL] : []), ...TARGET_LABELS];
  if (kind !== 'histogram')
    return [{ name, kind: kind === 'counter' ? 'counter' : 'gauge', labels: scraped, source: 'declared' }];
  return [
    { name: `${name}_bucket`, kind: 'counter', labels: [...scraped, { name: 'le' }], source: 'declared' },
    { name: `${name}_sum`, kind: 'counter', labels: scraped, source: 'declared' },
    { name: `${name}_count`, kind: 'counter', labels: scraped, source: 'declared' },
  ];
}
