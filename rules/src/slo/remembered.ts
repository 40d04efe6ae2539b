import { days } from '../duration.ts';
import { type MetricReference, promql, type Query, raw } from '../promql.ts';
import type { Subject } from './model.ts';

/** How long a subject whose process is gone is remembered. Its promises hold on while nobody exports them. */
export const REMEMBERED = days(7);

/** Labels as PromQL lists them. */
export const list = (labels: Subject): { readonly raw: string } => raw(labels.join(', '));

/** What a gauge says now, or last said where nobody says anything. A dead process's old promise does not outvote a living one's. */
export function remembered(gauge: MetricReference, by: Subject): Query {
  return promql`(
      max by (${list(by)}) (${gauge})
      or on (${list(by)})
      max by (${list(by)}) (last_over_time(${gauge}[${REMEMBERED}]))
    )`;
}

/** The newest of the times that a gauge had: over replicas, restarts and deaths. */
export const newest = (timestamp: MetricReference, by: Subject): Query =>
  promql`max by (${list(by)}) (last_over_time(${timestamp}[${REMEMBERED}]))`;

/** The oldest of them: a process that is restarted again and again waits since the first start. */
export const oldest = (timestamp: MetricReference, by: Subject): Query =>
  promql`min by (${list(by)}) (min_over_time(${timestamp}[${REMEMBERED}]))`;
