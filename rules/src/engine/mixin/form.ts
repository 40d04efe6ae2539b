import { type Catalog, labelsIn } from '../check/index.ts';
import type { Alert } from '../model/rule.ts';
import { renderQuery } from '../promql/promql.ts';

/** What whoever is woken by an alert would miss in it, in sentences: what the checker of expressions can't see. */
export const formProblems = (alerts: readonly Alert[], catalog: Catalog): readonly string[] =>
  alerts.flatMap((alert) => problemsOf(alert, catalog).map((problem) => `${alert.alert}: ${problem}`));

function problemsOf(alert: Alert, catalog: Catalog): readonly string[] {
  const labels = labelsIn(renderQuery(alert.expr), catalog);
  const said = [alert.summary, alert.description, alert.impact ?? '', alert.action ?? ''].join(' ');
  const named = new Set([...said.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!));
  const astray = [...named].filter((label) => !labels.includes(label));
  return [
    ...astray.map((label) => `its texts name the label ${label}, and its series have ${labels.join(', ')}`),
    ...(alert.severity === 'critical' && alert.runbook === undefined
      ? ['it wakes somebody, and names no runbook']
      : []),
    ...(alert.for === undefined && alert.noForReason === undefined
      ? ['it fires at once: give it for, or say in noForReason why one sample is enough']
      : []),
  ];
}
