import type { Recording } from '../model/rule.ts';
import { list, promql } from '../promql/promql.ts';
import type { FreshnessSli, Slo } from './model.ts';
import type { SloSeries } from './series.ts';

/** The slice of one SLO: at each evaluation, 1 when what should happen happened recently enough. */
export function goodSlice({ name }: Slo, sli: FreshnessSli, series: SloSeries): Recording {
  const { by, age, limit, limitBy, paused } = sli;
  const fresh = promql`${age} <= bool on (${list(limitBy)}) group_left () ${limit}`;
  return {
    record: series.goodSlice.record,
    labels: [...by, 'slo'],
    staticLabels: { slo: name },
    expr: paused === undefined ? fresh : promql`(${fresh})\nunless on (${list(limitBy)}) ${paused}`,
  };
}
