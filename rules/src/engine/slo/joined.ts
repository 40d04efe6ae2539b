import type { Recording } from '../model/rule.ts';
import { promql } from '../promql/promql.ts';

/** Recordings of the same series as one rule: two rules with the same name and labels are a mistake to Prometheus's lint, and mostly are one. */
export function joined(recordings: readonly Recording[]): Recording[] {
  const byIdentity = new Map<string, Recording>();
  for (const recording of recordings) {
    const identity = JSON.stringify([recording.record, recording.staticLabels ?? {}]);
    const known = byIdentity.get(identity);
    byIdentity.set(
      identity,
      known === undefined
        ? recording
        : {
            ...known,
            labels: [...new Set([...known.labels, ...recording.labels])].sort(),
            expr: promql`${known.expr}\nor\n${recording.expr}`,
          },
    );
  }
  return [...byIdentity.values()];
}
