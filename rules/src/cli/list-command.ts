import { parseArgs } from 'node:util';
import { ruleFilesOf, thresholdsOf } from '../engine/mixin/folds.ts';
import { isAlert } from '../engine/model/rule.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import type { Io } from './io.ts';

/** `list`: what there is, by name. */
export async function listCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { config: INSTALLATION_OPTIONS.config } });
  const { mixins, context } = await installationOf(values, folder);
  for (const { file, groups } of ruleFilesOf(mixins, context)) {
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
  for (const { thresholdKey, value, reason } of thresholdsOf(mixins)) {
    const text = typeof value === 'number' ? String(value) : `${value.durationSeconds} (seconds)`;
    out(`  ${thresholdKey} = ${text}\n      ${reason}\n`);
  }
  return 0;
}
