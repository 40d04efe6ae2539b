import { titleOf } from '../words.ts';
import type { Figures, Report } from './figures.ts';
import {
  burnDownText,
  count,
  dayLine,
  levelText,
  periodTitle,
  recoveryText,
  share,
  subjectText,
  timeText,
  violationsText,
} from './words.ts';

/** A report as Markdown, with tables. */
export function markdownReport({ period, figures, composites }: Report): string {
  return `# ${periodTitle(period)} SLO report

From ${timeText(period.start)} to ${timeText(period.end)}. Budgets are those of each SLO's own rolling window at the end of the period.

${figures.length === 0 ? 'Prometheus has no series of SLOs in this period.\n' : summary(figures)}
${composites.length === 0 ? '' : compositeTable(composites)}
${figures.map(section).join('\n')}`.replaceAll(/\n{3,}/g, '\n\n');
}

/** A name is a text and no markup, whoever has given it. */
const cell = (text: string): string =>
  text
    .replaceAll(/[\\|`[\]]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s+/g, ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

const summary = (figures: readonly Figures[]): string =>
  table(
    ['SLO', 'of', 'objective', 'attained', 'events', 'bad', 'budget left', 'policy level', 'violations'],
    figures.map((each) => [
      titleOf({ name: each.slo }),
      subjectText(each),
      share(each.objective),
      share(each.attained),
      `${count(each.events)} ${each.unit}`,
      count(each.bad),
      share(each.remaining),
      levelText(each),
      violationsText(each),
    ]),
  );

const compositeTable = (composites: Report['composites']): string =>
  `## Composites\n\n${table(
    ['composite', 'of', 'reliability'],
    composites.map((each) => [titleOf({ name: each.composite }), subjectText(each), share(each.value)]),
  )}`;

function section(each: Figures): string {
  const window = each.windowDays === undefined ? '' : ` over ${count(each.windowDays)} days`;
  return `## ${titleOf({ name: each.slo })}, ${cell(subjectText(each))}

- Promised: ${share(each.objective)}${window}. Attained in that window: ${share(each.windowAttained)}.
- In the period: ${count(each.bad)} bad of ${count(each.events)} ${each.unit}, ${share(each.attained)} good.
- Error budget: ${share(each.remaining)} left. ${burnDownText(each)}
- Policy level ${levelText(each)}. ${each.level?.action ?? ''}
- Violations: ${recoveryText(each)}
- Worst days: ${each.worstDays.length === 0 ? 'none' : each.worstDays.map((day) => dayLine(day, each.unit)).join('; ')}.
`;
}
