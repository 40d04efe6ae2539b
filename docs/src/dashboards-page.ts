import { renderDashboards } from '@sightglass/dashboards';
import { cell, table } from './markdown.ts';

/** What of a dashboard's JSON a person wants to know of it. */
interface Page {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  readonly time: { readonly from: string };
  readonly panels: readonly {
    readonly type: string;
    readonly title: string;
    readonly description?: string;
  }[];
}

export const dashboardPages: readonly Page[] = renderDashboards()
  .map(({ json }) => JSON.parse(json) as Page)
  .sort((a, b) => (a.title < b.title ? -1 : 1));

/** The pictures of a dashboard, below `docs/images`: how many of each thing there are, and whether all is well. */
export const picturesOf = ({ uid }: Pick<Page, 'uid'>): readonly (readonly [says: string, file: string])[] =>
  [
    ['one of each, all is well', 'one-well'],
    ['one of each, an incident', 'one-incident'],
    ['thirty, all is well', 'thirty-well'],
    ['thirty, an incident', 'thirty-incident'],
  ].map(([says, state]) => [says!, `${uid.replace('sightglass-', '')}-${state}.png`]);

/** `docs/reference/dashboards.md`: each dashboard, what its panels show, and pictures of it. */
export const dashboardsPage = (): string => `# Dashboards

${dashboardPages.length} dashboards, as JSON in \`dashboards/grafana\`; \`sightglass render\` writes those of your own config. On each stands first what fires and what is wrong, then a row for each thing, the worst on top, then plots in the order in
which one looks for a cause. The pictures are drawn from these files over a day that the real helpers went through in a test, by [a tool of this repository](../../dashboards/preview/README.md); Grafana's own look differs a little.

${table(
  ['dashboard', 'for'],
  dashboardPages.map(({ title, description }) => [`[${title}](#${anchorOf(title)})`, cell(description)]),
)}
${dashboardPages.map(section).join('\n')}`;

function section(page: Page): string {
  const { uid, title, description, refresh, time, panels } = page;
  const [well, incident, , worst] = picturesOf(page);
  const shown = panels.filter(({ type }) => type !== 'row');
  return `## ${title}

${description}

\`${uid}.json\`, refreshed every ${refresh}, shows ${time.from.replace('now-', 'the last ')}.

![${title}, with thirty of each thing in an incident](../images/${worst![1]})

[With one of each thing in an incident](../images/${incident![1]}), [and when all is well](../images/${well![1]}); [thirty that are well](../images/${picturesOf(page)[2]![1]}).

${table(
  ['panel', 'shows'],
  shown.map((panel) => [cell(panel.title), cell(panel.description ?? '')]),
)}`;
}

/** As GitHub makes it of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-');
