import type { MethodReport } from './backtest.ts';
import { FAULTS } from './faults.ts';

/** What the columns of {@link reportTable} are. */
export const COLUMNS = [
  'method',
  'hours judged',
  'unusual',
  'alarms',
  'alarms a week',
  ...FAULTS.map(({ name }) => `${name} found`),
] as const;

/** The reports of one series as a table in Markdown: a row for each method. */
export function reportTable(reports: readonly MethodReport[]): string {
  const rows = reports.map((report) => [
    report.method,
    String(report.judgedHours),
    String(report.unusualHours),
    String(report.alarms),
    report.alarmsPerWeek === undefined ? '–' : report.alarmsPerWeek.toFixed(2),
    ...report.detections.map(({ injected, found, delayHours }) =>
      injected === 0
        ? '–'
        : `${Math.round((100 * found) / injected)} %${delayHours === undefined ? '' : `, ${delayHours} h`}`,
    ),
  ]);
  return table(COLUMNS, rows);
}

/** A table in Markdown, its columns as wide as their cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(...[head, ...rows].map((row) => (row === head ? title : row[i]!).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
