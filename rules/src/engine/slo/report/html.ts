import { titleOf } from '../words.ts';
import type { Figures, Report } from './figures.ts';
import { burnDownPlot } from './plot.ts';
import {
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

/** A report as one HTML page: no scripts, nothing loaded from elsewhere, light or dark as the reader's system is. */
export function htmlReport(report: Report): string {
  const { period, figures, composites } = report;
  const title = `${periodTitle(period)} SLO report`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>From <time>${timeText(period.start)}</time> to <time>${timeText(period.end)}</time>. Budgets are those of each SLO's own rolling window at the end of the period.</p>
${figures.length === 0 ? '<p>Prometheus has no series of SLOs in this period.</p>' : summary(figures)}
${composites.length === 0 ? '' : compositeTable(composites)}
${figures.map((each, i) => section(each, report, `plot-${i}`)).join('\n')}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1d21; --quiet: #59616b; --paper: #ffffff; --rule: #d6dae0; --line: #1f6feb; --good: #1a7f37; --warn: #8a5a00; --bad: #c1121f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --quiet: #9aa4b0; --paper: #14171b; --rule: #353b43; --line: #6cb0ff; --good: #57c271; --warn: #e0a63a; --bad: #ff7b72; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums; vertical-align: top; }
section { margin-top: 2.5rem; }
svg { width: 100%; height: auto; }
svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
svg .grid { stroke: var(--rule); stroke-dasharray: 2 4; }
svg .zero { stroke: var(--bad); }
svg .line { fill: none; stroke: var(--line); stroke-width: 2; }
.level-0 { color: var(--good); } .level-1, .level-2 { color: var(--warn); } .level-3, .level-4 { color: var(--bad); font-weight: 600; }
@media print { main { max-width: none; } section { break-inside: avoid; } }
`;

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Label values are anybody's text. */
const text = (value: string): string => value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);

const row = (cells: readonly string[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${cell}</${tag}>`).join('')}</tr>`;

const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><caption hidden>${caption}</caption><thead>${row(head, 'th')}</thead><tbody>
${rows.map((cells) => row(cells)).join('\n')}
</tbody></table>`;

const level = (each: Figures): string =>
  `<span class="level-${each.level?.number ?? 'none'}">${text(levelText(each))}</span>`;

const summary = (figures: readonly Figures[]): string =>
  table(
    'All SLOs',
    ['SLO', 'of', 'objective', 'attained', 'events', 'bad', 'budget left', 'policy level', 'violations'],
    figures.map((each) => [
      text(titleOf({ name: each.slo })),
      text(subjectText(each)),
      share(each.objective),
      share(each.attained),
      `${count(each.events)} ${each.unit}`,
      count(each.bad),
      share(each.remaining),
      level(each),
      violationsText(each),
    ]),
  );

const compositeTable = (composites: Report['composites']): string =>
  `<section><h2>Composites</h2>${table(
    'Composites',
    ['composite', 'of', 'reliability'],
    composites.map((each) => [
      text(titleOf({ name: each.composite })),
      text(subjectText(each)),
      share(each.value),
    ]),
  )}</section>`;

function section(each: Figures, { period }: Report, id: string): string {
  const window = each.windowDays === undefined ? '' : ` over ${count(each.windowDays)} days`;
  const days = each.worstDays.map((day) => `<li>${dayLine(day, each.unit)}</li>`).join('');
  return `<section>
<h2>${text(titleOf({ name: each.slo }))}, ${text(subjectText(each))}</h2>
<p>Promised: ${share(each.objective)}${window}. Attained in that window: ${share(each.windowAttained)}.
In the period: ${count(each.bad)} bad of ${count(each.events)} ${each.unit}, ${share(each.attained)} good.</p>
<p>Error budget: ${share(each.remaining)} left. Policy level ${level(each)}. ${text(each.level?.action ?? '')}</p>
<p>${recoveryText(each)}</p>
${burnDownPlot(each, period, id)}
<h3>Worst days</h3>
${days === '' ? '<p>None.</p>' : `<ol>${days}</ol>`}
</section>`;
}
