import { closureOf, rulesNamed, type YamlRule } from '../rules.ts';
import type { Played } from '../story.ts';
import { labelsAt } from './labels.ts';
import { runPromtool } from './run.ts';

/** What Alertmanager would be told of one firing alert. */
export interface Notification {
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** The notifications of an alert at a time of a story, their templates filled in by Prometheus. */
export async function notificationsAt(
  alert: string,
  { story, series }: Played,
  time: number,
): Promise<Notification[]> {
  const rules: YamlRule[] = closureOf([alert]).flatMap(rulesNamed);
  const output = await runPromtool(
    rules,
    [{ series, queries: [], notification: { alert, time } }],
    story.pace,
  );
  return [...output.matchAll(/^\s*Labels:(\{.*\})\n\s*Annotations:(\{.*\})/gm)].map(
    ([, labels = '', annotations = '']) => ({
      labels: labelsAt(labels, 0).labels,
      annotations: labelsAt(annotations, 0).labels,
    }),
  );
}
