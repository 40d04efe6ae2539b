import { readdirSync, readFileSync } from 'node:fs';
import { declaredMetrics, presets, recordings, serviceLevels, shippedAlerts } from '@sightglass/rules';

/*
 * The whole product in numbers, each counted where it stands: `pnpm counts`. What is proven is what a test names; that the test passes is what `npm test` says.
 */

const ROOT = new URL('../', import.meta.url);

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** The texts of files below a folder. */
const textsIn = (folder: string, ends: RegExp): readonly string[] =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((file) => ends.test(file) && !file.includes('node_modules'))
    .map((file) => read(`${folder}/${file}`));

/** How many there are, and how many of them are proven where that is asked. */
export interface Count {
  readonly what: string;
  readonly total: number;
  readonly proven?: number;
  /** Those that are not. */
  readonly open?: readonly string[];
}

const count = (what: string, all: readonly string[], isProven: (each: string) => boolean): Count => {
  const open = all.filter((each) => !isProven(each));
  return { what, total: all.length, proven: all.length - open.length, open };
};

interface PanelJson {
  readonly title?: string;
  readonly type?: string;
  readonly panels?: readonly PanelJson[];
}

const panelsOf = (panels: readonly PanelJson[] = []): readonly PanelJson[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels)]);

export function counts(): readonly Count[] {
  const live = textsIn('test/live', /\.ts$/).join('\n');
  // What a test writes down of each panel, and what tests say of panels by their titles.
  const shown = [
    ...textsIn('test/panels/pages', /\.txt$/),
    ...textsIn('test/scenario', /panels\.test\.ts$/),
    ...textsIn('test/live', /\.test\.ts$/),
  ].join('\n');
  const alerts = [...new Set(shippedAlerts.map(({ alert }) => alert))];
  const stories = textsIn('test/scenario/stories', /\.ts$/).concat(textsIn('test/slo', /\.ts$/)).join('\n');
  const dashboards = textsIn('dashboards/grafana', /\.json$/).map((text) => JSON.parse(text) as PanelJson);
  const panels = dashboards.flatMap(({ title, panels: own }) =>
    panelsOf(own)
      .filter(({ type }) => type !== 'row')
      .map((panel) => `${title}: ${panel.title}`),
  );
  const runbooks = textsIn('rules/runbooks', /\.md$/).join('\n');
  const ids = read('docs/reference-systems/ids.txt').trim().split('\n');
  const rows = new Map(
    textsIn('docs/reference-systems', /\.md$/)
      .flatMap((text) => text.split('\n'))
      .flatMap((line) => {
        const id = /^\| (\d{3}-\w+) \|/.exec(line)?.[1];
        return id === undefined ? [] : [[id, line] as const];
      }),
  );
  const nothing = (id: string): boolean => rows.get(id)?.includes('| nothing to prove |') === true;
  const remembered = textsIn('test/mutation/memory', /\.txt$/)
    .join('\n')
    .trim()
    .split('\n');
  const openMutants = textsIn('test/mutation/open', /\.txt$/)
    .join('\n')
    .split('\n')
    .filter((line) => line !== '');
  return [
    { what: 'metrics', total: declaredMetrics.length },
    { what: 'recorded series', total: recordings.length },
    count('alerts with stories', alerts, (alert) => new RegExp(`\\b${alert}\\b`).test(stories)),
    count('alerts fired live', alerts, (alert) =>
      // Under its name of a preset it is the same alert.
      [
        alert,
        ...presets.flatMap((preset) =>
          Object.entries(preset.alerts).flatMap(([own, name]) => (own === alert ? [name] : [])),
        ),
      ].some((name) => new RegExp(`\\b${name}\\b`).test(live)),
    ),
    { what: 'dashboards', total: dashboards.length },
    count('panels with figures', panels, (panel) => shown.includes(panel.slice(panel.indexOf(': ') + 2))),
    { what: 'SLOs', total: serviceLevels.shippedSlos.slos.length },
    count('runbook sections', alerts, (alert) => new RegExp(`^#+ ${alert}$`, 'm').test(runbooks)),
    count(
      'requirement items',
      ids.filter((id) => !nothing(id)),
      (id) => / › "/.test(rows.get(id) ?? ''),
    ),
    { what: 'requirement items with nothing to prove', total: ids.filter(nothing).length },
    {
      what: 'mutants found out, of those remembered',
      total: remembered.length,
      proven: remembered.filter((line) => !line.endsWith(' -')).length,
    },
    { what: 'mutants that nobody finds out', total: openMutants.length },
  ];
}

/** One line for each; with `details`, what is open too. */
export const countsText = (all: readonly Count[], details = false): string =>
  `${all
    .flatMap(({ what, total, proven, open = [] }) => [
      `${what}: ${proven === undefined ? total : `${proven} / ${total}`}`,
      ...(details ? open.map((each) => `  ${each}`) : []),
    ])
    .join('\n')}\n`;

if (import.meta.main) process.stdout.write(countsText(counts(), process.argv.includes('--open')));
