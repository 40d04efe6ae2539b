import { queueProcessed, queueProcessingDuration, queueWaitDuration } from '@sightglass/worker/metrics';
import { type MetricReference, where } from '../../engine/promql/promql.ts';
import type { Sli, Slo, SloOptions } from '../../engine/slo/model.ts';
import { slo } from '../../engine/slo/slo.ts';
import { FAILED, JUDGED } from './counts.ts';

/** What {@link queueSlo} takes: what `slo` does, with queues instead of an SLI. */
export interface QueueSloOptions extends Omit<SloOptions, 'sli' | 'explainedBy'> {
  /** The names of the queues that it is about. Default: all that there are, each with a budget of its own. */
  readonly queues?: readonly string[];
  /** Attempts that a queue makes in a quiet hour: alerts ask for as many failures as that makes a rate. */
  readonly eventsPerHour: number;
  /** Promises that items wait no longer than so many seconds, a bucket of `queue_wait_duration_seconds`. */
  readonly waitWithinSeconds?: number;
  /** Promises that work takes no longer than so many seconds, a bucket of `queue_processing_duration_seconds`. */
  readonly workWithinSeconds?: number;
}

/**
 * An SLO on queues, for the `slos` of a mixin: that attempts do not fail, or with `waitWithinSeconds` or `workWithinSeconds` that items wait or work takes no longer than that. While an alert says already
 * that a queue stands still or fails, its budget wakes nobody once more. Throws a `DeclarationError` that lists every problem.
 *
 * ```ts
 * queueSlo({
 *   name: 'mails-wait', description: 'Of the mails, 99 % within any 7 days wait no longer than a minute.', owner: 'team-mail', runbook: 'mails',
 *   queues: ['mails'], objective: 0.99, windowDays: 7, eventsPerHour: 600, waitWithinSeconds: 60,
 * });
 * ```
 */
export function queueSlo(options: QueueSloOptions): Slo {
  const { queues, eventsPerHour, waitWithinSeconds, workWithinSeconds, ...promise } = options ?? {};
  const of = ({ descriptor }: MetricReference): MetricReference =>
    queues === undefined ? { descriptor } : where({ descriptor }, { queue: queues });
  const each = { by: ['queue'], eventsPerHour } as const;
  const within = (histogram: MetricReference, withinSeconds: number): Sli => ({
    kind: 'latency',
    ...each,
    histogram,
    withinSeconds,
  });
  const attempts = of(queueProcessed);
  return slo({
    ...promise,
    explainedBy: ['QueueNoConsumer', 'QueueStalled', 'QueueFailing'],
    sli:
      waitWithinSeconds !== undefined
        ? within(of(queueWaitDuration), waitWithinSeconds)
        : workWithinSeconds !== undefined
          ? // What failed early is not quick.
            within(where(of(queueProcessingDuration), { outcome: 'success' }), workWithinSeconds)
          : {
              kind: 'ratio',
              ...each,
              total: where(attempts, { outcome: JUDGED }),
              bad: where(attempts, { outcome: FAILED }),
            },
  });
}
