import { processStart as processStartDescriptor } from '@sightglass/core/metrics';
import type { Recording } from '../model/rule.ts';
import { list, type MetricReference, promql } from '../promql/promql.ts';

const processStart: MetricReference = { descriptor: processStartDescriptor };

/**
 * Things that several services declare under one name, with the number of these services; nothing for the others. A service is told by the `job`
 * label of its targets; its processes are one service also where several scrape jobs find them, as long as one of these finds all.
 * `noun` is a word for the series, such as `offload_table`.
 */
export function sharedNames(declared: MetricReference, labels: readonly string[], noun: string): Recording {
  const by = list(labels);
  const process = list([...labels, 'process_id']);
  const of = promql`(
      group by (${by}, job, instance) (${declared})
      * on (job, instance) group_left (process_id)
      (0 * topk by (job, instance) (1, ${processStart}) + 1)
    )`;
  return {
    record: `${labels.join('_')}:${noun}_services:count`,
    labels,
    expr: promql`count by (${by}) (group by (${by}, job) (${declared}))
      and on (${by})
      (
        count by (${by}) (group by (${process}) (${of}))
        > on (${by})
        max by (${by}) (count by (${by}, job) (group by (${process}, job) (${of})))
      )`,
  };
}
