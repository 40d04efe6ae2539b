import type { AlertOptions } from '../model/rule.ts';
import type { LabelMatcher, Part, Query } from '../promql/promql.ts';

/** Alerts under the names that another system gave them, for one job of its. They are the same alerts: nothing is judged twice. */
export interface Preset {
  /** As it is asked for: `--preset pricing-sync`. */
  readonly name: string;
  /** The job that they speak of, unless another is named. */
  readonly job: string;
  /** What the file of it says at its top. */
  readonly about: string;
  /** The preset's name of each alert that it renames. */
  readonly alerts: { readonly [alert: string]: string };
}

/** Names of presets, and for each the name of its job. */
export type ChosenPresets = { readonly [preset: string]: string };

/** The alerts that a preset renames, for its job alone. Links still lead to the sections of the alerts that they are. */
export function presetAlerts<A extends AlertOptions>(
  preset: Preset,
  job: string,
  alerts: readonly A[],
): readonly A[] {
  return alerts.flatMap((alert) => {
    const name = preset.alerts[alert.alert];
    if (name === undefined) return [];
    const expr = selected(alert.expr, job, (other) => preset.alerts[other] ?? other);
    return [{ ...alert, alert: name, section: alert.alert, expr }];
  });
}

/** The same alerts without the jobs that presets speak of under other names. */
export function exceptPresets<A extends AlertOptions>(
  chosen: readonly (readonly [preset: Preset, job: string])[],
  alerts: readonly A[],
): readonly A[] {
  return alerts.map((alert) => {
    const jobs = chosen.flatMap(([preset, job]) => (preset.alerts[alert.alert] === undefined ? [] : [job]));
    if (jobs.length === 0) return alert;
    const others: LabelMatcher = { not: jobs.length === 1 ? jobs[0]! : jobs };
    return { ...alert, expr: selected(alert.expr, others, (other) => other) };
  });
}

/** The expression over the series of some jobs; what it reads of other alerts, under their names there. */
function selected({ text, parts }: Query, job_name: LabelMatcher, nameOf: (alert: string) => string): Query {
  return { text, parts: parts.map((part) => selectedPart(part, job_name, nameOf)) };
}

function selectedPart(part: Part, job_name: LabelMatcher, nameOf: (alert: string) => string): Part {
  if (typeof part === 'number' || 'raw' in part) return part;
  if ('text' in part) return selected(part, job_name, nameOf);
  if ('record' in part)
    return part.labels.includes('job_name') ? { ...part, matchers: { ...part.matchers, job_name } } : part;
  if ('descriptor' in part) {
    const isOfJob = part.descriptor.labels.some(({ name }) => name === 'job_name');
    return isOfJob ? { ...part, matchers: { ...part.matchers, job_name } } : part;
  }
  if (!('external' in part)) return part;
  const { alertname } = part.matchers ?? {};
  if (typeof alertname !== 'string') return part;
  return { ...part, matchers: { ...part.matchers, alertname: nameOf(alertname), job_name } };
}
