import { ALERTS, promql, where } from '@sightglass/rules';
import { alerts } from './alerts.ts';
import type { AnnotationSpec } from './spec.ts';

/**
 * When the alerts of a dashboard fired. `labels` are those that all of them carry, so that the drop-downs hide none by mistake; `others` are those
 * of some, and are told too.
 */
export function firingAlerts(
  uid: string,
  labels: readonly string[],
  others: readonly string[] = [],
): AnnotationSpec {
  const names = alerts
    .filter(({ dashboard, severity }) => dashboard.uid === uid && severity !== 'none')
    .map(({ alert }) => alert);
  const firing = where({ ...ALERTS, labels }, { alertname: names, alertstate: 'firing' });
  return {
    name: 'Firing alerts',
    query: promql`${firing}`,
    color: 'red',
    title: '{{alertname}}',
    text: `{{severity}} ${[...labels, ...others].map((label) => `{{${label}}}`).join(' ')}`,
  };
}
