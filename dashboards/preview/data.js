import {
  applyFieldOverrides,
  FieldType,
  Registry,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

/** The settings of fields that our dashboards use. Grafana's own registry also has an editor for each, which a picture does not need. */
const STANDARD = ['unit', 'min', 'max', 'color', 'thresholds', 'mappings', 'displayName'];
const CUSTOM = [
  'drawStyle',
  'lineWidth',
  'lineStyle',
  'fillOpacity',
  'showPoints',
  'stacking',
  'axisPlacement',
  'axisSoftMax',
  'thresholdsStyle',
  'cellOptions',
  'width',
];

const item = (id, path, isCustom) => ({
  id,
  path,
  isCustom,
  name: id,
  process: (value) => value,
  shouldApply: () => true,
});

const fieldConfigRegistry = new Registry(() => [
  ...STANDARD.map((id) => item(id, id, false)),
  ...CUSTOM.map((path) => item(`custom.${path}`, path, true)),
]);

/** What Grafana's graph panel takes for settings that a dashboard leaves out. */
const GRAPH_DEFAULTS = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  axisPlacement: 'auto',
  barAlignment: 0,
  spanNulls: false,
};

/** A dashboard's thresholds as Grafana holds them once loaded: JSON has no infinity. */
const fromJson = (value) =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    part && Array.isArray(part.steps)
      ? { ...part, steps: part.steps.map((step) => ({ ...step, value: step.value ?? -Infinity })) }
      : part,
  );

const replaceVariables = (text, values) =>
  text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => values[braced ?? bare]);

async function ask(path, parameters) {
  const response = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = await response.json();
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${parameters.query}`);
  return answer.data;
}

/** The values of the dashboard's variables: everything, and what the computed ones come to. */
export async function variableValues({ templating }, range) {
  const values = {
    __interval: `${range.step}s`,
    __rate_interval: `${4 * range.step}s`,
    __range: `${range.end - range.start}s`,
    __range_s: String(range.end - range.start),
  };
  for (const { name, allValue, query } of templating.list) {
    const computed = /^query_result\((.*)\)$/s.exec(query)?.[1];
    if (computed === undefined) values[name] = allValue ?? '';
    else {
      const { result } = await ask('query', { query: replaceVariables(computed, values), time: range.end });
      values[name] = result[1];
    }
  }
  return values;
}

/** One frame for each series of each query, with the panel's field settings applied by Grafana's own code. */
export async function frames(panel, values, range, theme) {
  const { maxDataPoints = Infinity } = panel;
  const step = Math.max(range.step, Math.ceil((range.end - range.start) / maxDataPoints));
  const data = await Promise.all(panel.targets.map((target) => seriesOf(target, values, { ...range, step })));
  const { defaults, overrides } = fromJson(panel.fieldConfig);
  const shown =
    panel.type === 'table'
      ? await lastValueFrom(transformDataFrame(panel.transformations ?? [], tablesOf(data)))
      : data.flat();
  return applyFieldOverrides({
    data: shown,
    fieldConfig: { defaults: { ...defaults, custom: { ...GRAPH_DEFAULTS, ...defaults.custom } }, overrides },
    fieldConfigRegistry,
    theme,
    replaceVariables: (text) => text,
    timeZone: 'utc',
  });
}

const { mergeTransformer, sortByTransformer, organizeFieldsTransformer } = standardTransformers;
// Others stand twice in Grafana's own list, under an old and a new name.
const transformers = [mergeTransformer, sortByTransformer, organizeFieldsTransformer];
standardTransformersRegistry.setInit(() =>
  transformers.map((transformation) => ({ ...transformation, transformation: async () => transformation })),
);

/** The series of each query as one table, its labels as columns, as Grafana's data source gives them. */
const tablesOf = (data) =>
  data.map((series, i) => {
    const labels = [...new Set(series.flatMap(({ fields: [, value] }) => Object.keys(value.labels)))];
    const valueName = data.length > 1 ? `Value #${String.fromCharCode(65 + i)}` : 'Value';
    return toDataFrame({
      refId: String.fromCharCode(65 + i),
      fields: [
        { name: 'Time', type: FieldType.time, values: series.map(({ fields: [time] }) => time.values[0]) },
        ...labels.map((name) => ({
          name,
          type: FieldType.string,
          values: series.map(({ fields: [, value] }) => value.labels[name] ?? ''),
        })),
        {
          name: valueName,
          type: FieldType.number,
          values: series.map(({ fields: [, value] }) => value.values[0]),
        },
      ],
    });
  });

async function seriesOf({ expr, instant, legendFormat, refId }, values, { start, end, step }) {
  // A database is not asked.
  if (expr === undefined) return [];
  const query = replaceVariables(expr, values);
  const { result } = instant
    ? await ask('query', { query, time: end })
    : await ask('query_range', { query, start, end, step });
  return result.map(({ metric, value, values: points = [value] }) => {
    const name = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '');
    return toDataFrame({
      refId,
      fields: [
        { name: 'Time', type: FieldType.time, values: points.map(([time]) => time * 1000) },
        {
          name: 'Value',
          type: FieldType.number,
          labels: metric,
          values: points.map(([, text]) => (text === 'NaN' ? null : Number(text))),
          config: { displayNameFromDS: name },
        },
      ],
    });
  });
}
