import { type Duration, days, hours, minutes, seconds } from '../promql/duration.ts';
import { asSeconds, promql, type Query, raw } from '../promql/promql.ts';
import type { Recording } from './rule.ts';

/** Periods that a window holds at least: a rate over less than a few of them is empty between them, or jumps with each. */
const PERIODS = 4;

/** The windows to choose from, as PromQL can't take a range from a metric. 15 minutes is 004-A6's own; a week serves what happens daily. */
const WINDOWS: readonly Duration[] = [minutes(15), hours(1), hours(6), days(1), days(7)];

/** The windows of things that happen at intervals of their own. */
export interface Windows {
  /** The window of each thing in seconds: the shortest that holds {@link PERIODS} of its declared intervals. */
  readonly windowSeconds: Recording;
  /** An expression over the window that fits each thing. What `over` gives must keep the thing's label. */
  overWindow(over: (window: Duration) => Query): Query;
}

/** Windows by a declared interval, which has one label; `record` names the series that tells which window was chosen. */
export function windowsFor(interval: Recording, record: string): Windows {
  const [label] = interval.labels as [string];
  const on = raw(`on (${label})`);
  const windowSeconds: Recording = {
    record,
    labels: interval.labels,
    expr: either(
      `or on (${label})`,
      WINDOWS.map((window, i) => {
        const longestInterval = asSeconds(seconds(window.durationSeconds / PERIODS));
        return i === WINDOWS.length - 1
          ? promql`0 * ${interval} + ${asSeconds(window)}`
          : promql`0 * (${interval} <= ${longestInterval}) + ${asSeconds(window)}`;
      }),
    ),
  };
  return {
    windowSeconds,
    overWindow: (over) =>
      either(
        'or',
        WINDOWS.map(
          (window) => promql`(${over(window)} and ${on} (${windowSeconds} == ${asSeconds(window)}))`,
        ),
      ),
  };
}

function either(operator: string, queries: readonly Query[]): Query {
  const [first, ...rest] = queries as [Query, ...Query[]];
  return rest.reduce((sum, query) => promql`${sum}\n${raw(operator)}\n${query}`, first);
}
