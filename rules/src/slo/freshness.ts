import { promql } from '../promql.ts';
import type { Recording } from '../rule.ts';
import type { FreshnessSli, Slo } from './model.ts';
import { list, newest, oldest } from './remembered.ts';
import type { SloSeries } from './series.ts';

/** The slice of one SLO: at each evaluation, 1 when what should happen happened recently enough. */
export function goodSlice({ name }: Slo, sli: FreshnessSli, series: SloSeries): Recording {
  const { by, last, since, limit, limitBy, expected, paused } = sli;
  const age = promql`time() - (${newest(last, by)} or on (${list(by)}) ${oldest(since, by)})`;
  const fresh = promql`((${age}) <= bool on (${list(limitBy)}) group_left () ${limit})`;
  const counted = expected === undefined ? fresh : promql`${fresh}\nand on (${list(by)}) (${expected})`;
  return {
    record: series.goodSlice.record,
    labels: [...by, 'slo'],
    staticLabels: { slo: name },
    expr: paused === undefined ? counted : promql`${counted}\nunless on (${list(by)}) (${paused})`,
  };
}
