import {
  type Alert,
  formatDuration,
  isAlert,
  type Mixin,
  type Recording,
  type RuleGroup,
  renderScoped,
  ruleFilesOf,
  type Threshold,
  thresholdsOf,
} from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { cell, table } from './markdown.ts';

/** `docs/reference/alerts.md`: every alert, threshold and recorded series of the rules of these mixins. */
export function alertsPage(mixins: readonly Mixin[] = shipped): string {
  const files = ruleFilesOf(mixins).map(
    ({ file, about, groups }) => `## ${file}\n\n${about}\n\n${groups.map(group).join('\n')}`,
  );
  return `# Alerts

What the shipped rules raise and record, with the numbers that they compare with. Render them with other numbers by
\`sightglass render --thresholds\`; objectives are declared in the host and are not here.

## Thresholds

${table(['key', 'default', 'why'], thresholdsOf(mixins).map(thresholdRow))}
${files.join('\n')}`;
}

function thresholdRow({ thresholdKey, value, reason }: Threshold): string[] {
  const text =
    typeof value === 'number'
      ? String(Number(value.toPrecision(3)))
      : `${formatDuration(value)} (in seconds: ${value.durationSeconds})`;
  return [`\`${thresholdKey}\``, text, cell(reason)];
}

function group({ name, interval, rules }: RuleGroup): string {
  const recordings = rules.filter((rule): rule is Recording => !isAlert(rule));
  const recorded =
    recordings.length === 0
      ? ''
      : `Group \`${name}\`, evaluated every ${formatDuration(interval)}, records:\n\n${recordings.map(recording).join('\n')}\n`;
  return `${recorded}${rules.filter(isAlert).map(alert).join('\n')}`;
}

function recording({ record, expr }: Recording): string {
  return `**${record}**\n\n${promqlBlock(renderScoped(expr))}`;
}

function alert(alert: Alert): string {
  const rows = [
    ['severity', alert.severity],
    ['holds for', alert.for === undefined ? `none: ${alert.noForReason ?? ''}` : formatDuration(alert.for)],
    ...(alert.impact === undefined ? [] : [['impact', cell(alert.impact)]]),
    ...(alert.action === undefined ? [] : [['first thing to do', cell(alert.action)]]),
    ...(alert.runbook === undefined ? [] : [['runbook', runbookLink(alert.runbook, alert)]]),
    ...(alert.dashboard === undefined
      ? []
      : [['panel', `"${alert.dashboard.panel}" of \`${alert.dashboard.uid}\``]]),
  ];
  return `### ${alert.alert}\n\n${alert.summary}\n\n${table(['', ''], rows)}\n${promqlBlock(renderScoped(alert.expr))}`;
}

const runbookLink = (runbook: string, { alert, section = alert }: Alert): string =>
  `[${runbook}](../../rules/runbooks/${runbook}.md#${section.toLowerCase()})`;

const promqlBlock = (expression: string): string => `\`\`\`promql\n${expression}\n\`\`\`\n`;
