import * as metrics from './metrics.ts';
import type { JobFacts } from './options.ts';

/** What a job promises where its declaration leaves it open. */
export function objectivesOf(options: JobFacts, intervalSeconds: number) {
  const { durationObjectiveSeconds, successObjectiveRatio = 0.95 } = options;
  const runSeconds = durationObjectiveSeconds ?? Math.min(60, intervalSeconds);
  const { freshnessObjectiveSeconds = 2 * (intervalSeconds + runSeconds) } = options;
  return { durationObjectiveSeconds, freshnessObjectiveSeconds, successObjectiveRatio };
}

/** Exports how often the job runs, and what follows from that. Again when its scheduler turns out to read the schedule in its own way. */
export function showObjectives(options: JobFacts, intervalSeconds: number): void {
  const labels = { job_name: options.name };
  const { freshnessObjectiveSeconds, successObjectiveRatio } = objectivesOf(options, intervalSeconds);
  metrics.jobInterval.set(intervalSeconds, labels);
  metrics.jobFreshnessObjective.set(freshnessObjectiveSeconds, labels);
  metrics.jobSuccessObjective.set(successObjectiveRatio, labels);
}
