import { readdirSync, readFileSync } from 'node:fs';
import { type DashboardJson, substitute, variableValues } from '@sightglass/dashboards';
import { parse } from 'yaml';

/** An expression that is shipped, and where it stands. */
export interface ShippedQuery {
  readonly place: string;
  readonly expr: string;
}

const ROOT = new URL('../../', import.meta.url);

const filesIn = (folder: string, suffix: string): { readonly name: string; readonly text: string }[] =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => ({ name: `${folder}${name}`, text: readFileSync(new URL(folder + name, ROOT), 'utf8') }));

interface YamlFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string }[];
  }[];
}

/** The expressions of every generated rule file. */
export const ruleQueries: readonly ShippedQuery[] = filesIn('rules/prometheus/', '.yml').flatMap(
  ({ name, text }) =>
    (parse(text) as YamlFile).groups.flatMap(({ rules }) =>
      rules.map(({ alert, record, expr }) => ({ place: `${name} ${alert ?? record}`, expr })),
    ),
);

/** The expressions of every generated dashboard, wherever in it they stand: panels, variables, annotations. */
export const dashboardQueries: readonly ShippedQuery[] = filesIn('dashboards/grafana/', '.json').flatMap(
  ({ name, text }) => {
    const found: ShippedQuery[] = [];
    const values = variableValues(JSON.parse(text) as DashboardJson);
    JSON.parse(
      text,
      function (this: { readonly title?: string; readonly name?: string }, key, value: unknown) {
        if (typeof value !== 'string') return value;
        if (key === 'expr')
          found.push({ place: `${name} ${this.title ?? this.name ?? ''}`, expr: substitute(value, values) });
        const call = key === 'query' ? /^(?:label_values|query_result)\((.*)\)$/s.exec(value) : null;
        if (call !== null) {
          // label_values(selector, label) reads the label as a grouping does.
          const ofLabel = value.startsWith('label_values') ? /^(.*), *(\w+)$/s.exec(call[1]!) : null;
          const expr = ofLabel === null ? call[1]! : `count by (${ofLabel[2]}) (${ofLabel[1]})`;
          found.push({ place: `${name} variable ${this.name}`, expr: substitute(expr, values) });
        }
        return value;
      },
    );
    return found;
  },
);

/** The expressions that runbooks tell to paste. */
export const runbookQueries: readonly ShippedQuery[] = filesIn('rules/runbooks/', '.md').flatMap(
  ({ name, text }) =>
    [...text.matchAll(/^```promql\n(.*?)\n```$/gms)].map(([, expr = '']) => ({ place: name, expr })),
);
