import { sloDashboard } from '../../../dashboards/src/mixins/slo/dashboard.ts';
import { cell, table } from '../markdown.ts';

/** The SLO dashboard: what stands on each of its panels. */
export function dashboardSection(): string {
  const { uid, title, variables, panels, from } = sloDashboard;
  const names = variables.map((variable) => `${variable.title} (\`${variable.label}\`)`).join(', ');
  return `*${title}* (\`${uid}\`) opens at \`${from}\`. Variables: ${names}.

${table(
  ['panel', 'shows'],
  panels.map((panel) => [panel.title, cell(panel.description)]),
)}`;
}
