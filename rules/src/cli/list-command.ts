import { isAlert } from '../rule.ts';
import { ruleFiles } from '../rule-files.ts';
import { thresholds } from '../thresholds.ts';
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
  for (const { thresholdKey, value, reason } of thresholds) {
    const text = typeof value === 'number' ? String(value) : `${value.durationSeconds} (seconds)`;
    out(`  ${thresholdKey} = ${text}\n      ${reason}\n`);
  }
  return 0;
}
