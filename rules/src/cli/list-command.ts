import { isAlert } from '../engine/model/rule.ts';
import { ruleFiles, shippedThresholds } from '../shipped.ts';
import type { Io } from './io.ts';

/** `list`: what there is, by name. */
export function listCommand({ out }: Io): number {
  for (const { file, groups } of ruleFiles()) {
    out(`${file}\n`);
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      out(
        isAlert(rule)
          ? `  ${rule.severity.padEnd(9)} ${rule.alert}: ${rule.summary}\n`
          : `  recorded  ${rule.record}\n`,
      );
    }
  }
  out('thresholds\n');
  for (const { thresholdKey, value, reason } of shippedThresholds) {
    const text = typeof value === 'number' ? String(value) : `${value.durationSeconds} (seconds)`;
    out(`  ${thresholdKey} = ${text}\n      ${reason}\n`);
  }
  return 0;
}
