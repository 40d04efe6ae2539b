import { applyFieldOverrides, FieldType, Registry, toDataFrame } from '@grafana/data';

/** The settings of fields that our dashboards use. Grafana's own registry also has an editor for each, which a picture does not need. */
const STANDARD = ['unit', 'min', 'max', 'color', 'thresholds'];
const CUSTOM = [
  'drawStyle',
  'lineWidth',
  'lineStyle',
  'fillOpacity',
  'showPoints',
  'stacking',
  'axisPlacement',
  'thresholdsStyle',
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
  return applyFieldOverrides({
    data: data.flat(),
    fieldConfig: { defaults: { ...defaults, custom: { ...GRAPH_DEFAULTS, ...defaults.custom } }, overrides },
    fieldConfigRegistry,
    theme,
    replaceVariables: (text) => text,
    timeZone: 'utc',
  });
}

async function seriesOf({ expr, instant, legendFormat, refId }, values, { start, end, step }) {
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
