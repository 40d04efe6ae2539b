import { type Duration, days, hours, minutes, seconds } from '../../duration.ts';
import { asSeconds, promql, type Query } from '../../promql.ts';
import type { Recording } from '../../rule.ts';
import { interval } from './last-known.ts';

/** Periods that a window holds at least: a rate over less than a few cycles is empty between them, or jumps with each. */
const PERIODS = 4;

/** The windows to choose from, as PromQL can't take a range from a metric. 15 minutes is 004-A6's own; a week serves a daily cycle. */
const WINDOWS: readonly Duration[] = [minutes(15), hours(1), hours(6), days(1), days(7)];

/** The window of each layer in seconds: the shortest that holds {@link PERIODS} of its declared intervals. */
export const windowSeconds: Recording = {
  record: 'layer:offload_window_seconds:selected',
  labels: ['layer'],
  expr: either(
    'or on (layer)',
    WINDOWS.map((window, i) => {
      const longestInterval = asSeconds(seconds(window.durationSeconds / PERIODS));
      return i === WINDOWS.length - 1
        ? promql`0 * ${interval} + ${asSeconds(window)}`
        : promql`0 * (${interval} <= ${longestInterval}) + ${asSeconds(window)}`;
    }),
  ),
};

/** An expression over the window that fits each layer. What `over` gives must keep the label `layer`. */
export function overWindow(over: (window: Duration) => Query): Query {
  return either(
    'or',
    WINDOWS.map(
      (window) => promql`(${over(window)} and on (layer) (${windowSeconds} == ${asSeconds(window)}))`,
    ),
  );
}

function either(operator: 'or' | 'or on (layer)', queries: readonly Query[]): Query {
  const [first, ...rest] = queries as [Query, ...Query[]];
  return rest.reduce((sum, query) => promql`${sum}\n${{ raw: operator }}\n${query}`, first);
}
