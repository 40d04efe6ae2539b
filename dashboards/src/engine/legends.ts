import { type Alert, type Catalog, labelValuesIn, metricsIn, type Part, type Query } from '@sightglass/rules';
import { panelsOf } from './first-row.ts';
import type { Finding } from './lint/rule.ts';
import type { DashboardJson } from './model.ts';
import { substitute, variableValues } from './queries.ts';
import type { DashboardSpec } from './spec.ts';

/** The words of a legend that are not taken from labels. */
const wordsOf = (legend: string): ReadonlySet<string> =>
  new Set(
    legend
      .replaceAll(/\{\{.*?\}\}/g, ' ')
      .toLowerCase()
      .split(/[^a-z0-9_]+/)
      .filter((word) => word !== ''),
  );

/**
 * Legends that name another value of a label than the query asks for, such as "failed" over `status="partial"`, or another metric than it reads, such
 * as "virtual" over `process_resident_memory_bytes`.
 */
export const legendFindings = (json: DashboardJson, catalog: Catalog): Finding[] =>
  (json.panels ?? []).flatMap((panel) =>
    (panel.targets ?? []).flatMap(({ refId, expr = '', legendFormat = '' }) => {
      const expression = substitute(expr, variableValues(json));
      const words = wordsOf(legendFormat);
      return [
        ...valueProblems(expression, words, catalog),
        ...metricProblems(expression, words, catalog),
      ].map((problem) => ({
        rule: 'legend-says',
        dashboard: json.uid ?? '',
        ...(panel.title === undefined ? {} : { panel: panel.title }),
        message: `query ${refId}: the legend "${legendFormat}" ${problem}`,
      }));
    }),
  );

function valueProblems(expression: string, words: ReadonlySet<string>, catalog: Catalog): readonly string[] {
  const asked = labelValuesIn(expression);
  return [...new Set(asked.map(({ label }) => label))].flatMap((label) => {
    const given = new Set(asked.filter((each) => each.label === label).flatMap(({ values }) => values));
    return valuesOf(label, catalog)
      .filter((value) => words.has(value.toLowerCase()) && !given.has(value))
      .map((value) => `says ${value}, and the query asks for ${label} ${[...given].join(', ')}`);
  });
}

/** The values that a label has on any metric where they are a closed set: what is recorded of one keeps its labels. */
const valuesOf = (label: string, catalog: Catalog): readonly string[] => [
  ...new Set(
    catalog.entries.flatMap(({ labels }) =>
      labels.filter(({ name }) => name === label).flatMap(({ values = [] }) => values),
    ),
  ),
];

function metricProblems(expression: string, words: ReadonlySet<string>, catalog: Catalog): readonly string[] {
  const read = metricsIn(expression);
  return read.flatMap((metric) => {
    // A recorded series is named after what it is made of: level, metric, operation.
    const parts = (metric.split(':')[1] ?? metric).split('_');
    return parts.flatMap((part, i) =>
      [...words].flatMap((word) => {
        const other = parts.with(i, word).join('_');
        const isOther = word !== part && !words.has(part) && !read.includes(other);
        return isOther && catalog.get(other) !== undefined
          ? [`says ${word}, and ${metric} is read, not ${other}`]
          : [];
      }),
    );
  });
}

/**
 * Thresholds that alerts compare a series with, where the panel that they link to shows that series without the line of any: whoever follows the link
 * must see how far it is.
 */
export const lineFindings = (spec: DashboardSpec, alerts: readonly Alert[]): Finding[] =>
  panelsOf(spec).flatMap((panel) => {
    const linked = alerts.filter(
      ({ dashboard }) => dashboard?.uid === spec.uid && dashboard.panel === panel.title,
    );
    const compared = linked.flatMap(({ alert, expr }) =>
      comparisonsIn(expr).map((comparison) => ({ alert, ...comparison })),
    );
    return panel.queries.flatMap(({ query, line, legend }) => {
      const own = compared.filter(({ record }) => isAlone(query, record));
      const isDrawn = own.length === 0 || own.some(({ limit }) => limit === line?.thresholdKey);
      return isDrawn
        ? []
        : own.map(({ alert, record, limit }) => ({
            rule: 'alert-line',
            dashboard: spec.uid,
            panel: panel.title,
            message: `${alert} compares ${record} with ${limit}, and "${legend}" is drawn without that line`,
          }));
    });
  });

const recordOf = (part: Part): string | undefined =>
  typeof part === 'object' && 'record' in part ? part.record : undefined;

/** Whether a query is nothing but this series, or the highest of it. */
const isAlone = ({ text, parts }: Query, record: string): boolean =>
  parts.length === 1 && recordOf(parts[0]!) === record && /^(topk\(\d+, \))?$/.test(text.join('').trim());

/** Where an expression compares a recorded series with a threshold that has a key, at any depth. */
function comparisonsIn({ text, parts }: Query): readonly { record: string; limit: string }[] {
  return parts.flatMap((part, i) => {
    if (typeof part === 'object' && 'text' in part) return comparisonsIn(part);
    const [record, next] = [recordOf(part), parts[i + 1]];
    if (record === undefined || !/^\s*[<>]=?\s*$/.test(text[i + 1] ?? '')) return [];
    const key = typeof next === 'object' && 'thresholdKey' in next ? next.thresholdKey : '';
    return key === '' ? [] : [{ record, limit: key }];
  });
}
