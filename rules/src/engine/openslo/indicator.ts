import { boundTexts, bucketOf, countOf, list, promql, type Query, where } from '../promql/promql.ts';
import type { RulesContext } from '../render/context.ts';
import { renderScoped } from '../scope/scope.ts';
import { isFresh, unlessPaused } from '../slo/freshness.ts';
import type { Counter, Slo } from '../slo/model.ts';
import type { MetricSpec, SliSpec } from './model.ts';

/** What a good slice of time is, which is recorded as 0 or 1. */
export const GOOD_SLICE = 1;

/**
 * How an SLO is measured. Requests and runs are counters, of which a tool takes the increase of each series before it adds them up: a query that
 * adds first loses what a restart takes away. Freshness is the slice that the rules record, so that both judge the same.
 */
export function indicatorOf({ sli }: Slo): Indicator {
  switch (sli.kind) {
    case 'ratio':
      return { total: promql`${sli.total}`, bad: promql`${sli.bad}` };
    case 'latency':
      return {
        total: promql`${countOf(sli.histogram)}`,
        good: promql`${where(bucketOf(sli.histogram), { le: boundTexts(sli.withinSeconds) })}`,
      };
    case 'freshness':
      return { slice: unlessPaused(sli, isFresh(sli)) };
    case 'runs': {
      const { runs, by, subjects } = sli;
      const own = (counter: Counter): Query =>
        subjects === undefined ? promql`${counter}` : promql`${counter} and on (${list(by)}) ${subjects}`;
      return { total: own(runs.total), bad: own(runs.bad) };
    }
  }
}

type Indicator =
  | { readonly slice: Query }
  | { readonly total: Query; readonly good: Query }
  | { readonly total: Query; readonly bad: Query };

/** The indicator as the specification of an SLI. */
export function sliSpec(slo: Slo, context: RulesContext): SliSpec {
  const indicator = indicatorOf(slo);
  const metric = (query: Query): MetricSpec => ({
    metricSource: { type: 'Prometheus', spec: { query: renderScoped(query, context) } },
  });
  const { by } = slo.sli;
  const each = `Each ${by.join(' and ')} is judged by itself.`;
  if ('slice' in indicator)
    return {
      description: `1 while it happened recently enough, else 0: at each evaluation one slice of time. ${each}`,
      thresholdMetric: metric(indicator.slice),
    };
  const part = 'good' in indicator ? { good: metric(indicator.good) } : { bad: metric(indicator.bad) };
  return {
    description: `${'good' in indicator ? 'Good' : 'Bad'} events among all: the increase of each series, then the sum. ${each}`,
    ratioMetric: { counter: true, ...part, total: metric(indicator.total) },
  };
}
