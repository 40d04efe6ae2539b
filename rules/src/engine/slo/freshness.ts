import type { Recording } from '../model/rule.ts';
import { list, promql, type Query, where } from '../promql/promql.ts';
import { kept, remembered } from '../remembered/index.ts';
import type { FreshnessSli, Slo } from './model.ts';
import type { SloSeries } from './series.ts';

/**
 * The slice of one SLO: at each evaluation, 1 when what should happen happened recently enough. A limit that has changed, as that of a daily job
 * that is made an hourly one, is a promise from then on: for as long as it allows, nothing is too old.
 */
export function goodSlice(slo: Slo, sli: FreshnessSli, series: SloSeries): readonly Recording[] {
  const { limit, limitBy } = sli;
  const staticLabels = { slo: slo.name };
  const own = {
    limit: where(series.limit, staticLabels),
    changed: where(series.limitChanged, staticLabels),
  };
  const on = promql`on (${list(limitBy)})`;
  const labels = [...limitBy, 'slo'];
  return [
    kept({
      ...series.limitChanged,
      labels,
      staticLabels,
      expr: promql`0 * (${limit} != ${on} ${remembered(own.limit)}) + time()
        or ${on}
        (${remembered(own.changed)} and ${on} ${limit})`,
    }),
    kept({ ...series.limit, labels, staticLabels, expr: limit }),
    {
      record: series.goodSlice.record,
      labels: [...sli.by, 'slo'],
      staticLabels,
      expr: unlessPaused(
        sli,
        promql`(
            (0 * ${sli.age} + 1 and ${on} (time() - ${own.changed} <= ${on} ${own.limit}))
            or
            ${isFresh(sli)}
          )`,
      ),
    },
  ];
}

/** 1 or 0 for each subject: what happened is no older than it may be. */
export const isFresh = ({ age, limit, limitBy }: FreshnessSli): Query =>
  promql`(${age} <= bool on (${list(limitBy)}) group_left () ${limit})`;

/** Without subjects that are stopped on purpose. */
export const unlessPaused = ({ limitBy, paused }: FreshnessSli, slice: Query): Query =>
  paused === undefined ? slice : promql`${slice}\nunless on (${list(limitBy)}) ${paused}`;
