import { USAGE } from '../../../rules/src/cli/usage.ts';
import { PERIODS } from '../../../rules/src/engine/slo/report/period.ts';
import { table } from '../markdown.ts';

/** Who reads which report, and what for. */
const READERS = {
  day: ['every morning', 'whoever is on call', 'What used budget yesterday, and is it still going on?'],
  week: [
    'every Monday',
    'owners of the SLOs',
    'Which budgets fall, and which level of the policy holds this week?',
  ],
  month: [
    'on the first of the month',
    'owners and those who rely on the service',
    'Was each promise kept? Is it still the right one?',
  ],
} as const;

/** The reports: how each is written, and the usage of the command as it prints it. */
export function reportingSection(): string {
  const rows = Object.entries(PERIODS).map(([period, days]) => [
    period,
    String(days),
    ...READERS[period as keyof typeof READERS],
  ]);
  return `${table(['period', 'days', 'when', 'for', 'answers'], rows)}
\`\`\`sh
npx -p @sightglass/rules sightglass slo-report --prometheus "$PROMETHEUS" --period day
npx -p @sightglass/rules sightglass slo-report --prometheus "$PROMETHEUS" --period week --out week.md
npx -p @sightglass/rules sightglass slo-report --prometheus "$PROMETHEUS" --period month --format html --out month.html
\`\`\`

\`\`\`text
${usageOf('slo-report')}
\`\`\`
`;
}

/** The lines of one command in what `--help` prints, moved to the left. */
function usageOf(command: string): string {
  const lines = USAGE.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`  ${command} `));
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith('    '));
  return lines
    .slice(start, start + 1 + length)
    .map((line) => line.slice(2))
    .join('\n');
}
