import {
  ALERTS,
  ALERTS_FOR_STATE,
  type Alert,
  type Part,
  promql,
  type Query,
  raw,
  runbookUrl,
  where,
} from '@sightglass/rules';
import type { DashboardContext } from './context.ts';
import type { DashboardSpec, FiringSpec, PanelSpec } from './spec.ts';
import { unit } from './style.ts';
import type { TableSpec } from './table.ts';

/*
 * The first row of every dashboard: is anything wrong. At the left what fires, at the right a few numbers of one size.
 */

/** What the list of firing alerts, and its marks on graphs, are called on every dashboard. */
export const FIRING_TITLE = 'Firing alerts';

/** More would not be read at a glance. */
export const MOST_NUMBERS = 4;

const HEIGHT = 5;
const NUMBER_WIDTH = 3;

/** Every panel that a mixin says of a dashboard, in its order: the numbers of the first row, then the others. */
export const panelsOf = ({ numbers = [], panels }: DashboardSpec): readonly PanelSpec[] => [
  ...numbers.map((number) => ({ ...number, type: 'stat' as const, width: NUMBER_WIDTH, height: HEIGHT })),
  ...panels,
];

/** An alert under its own name and those that presets give it: it is the same alert. */
const namesOf = ({ alert, otherNames = [] }: Alert): readonly string[] => [alert, ...otherNames];

/** The selector of a dashboard's alerts while they fire; undefined where it has none. The heartbeat, which always fires, is left out. */
export function firingOf({ labels }: FiringSpec, alerts: readonly Alert[]) {
  const names = alerts.filter(({ severity }) => severity !== 'none').flatMap(namesOf);
  return names.length === 0
    ? undefined
    : where({ ...ALERTS, labels }, { alertname: names, alertstate: 'firing' });
}

/** Severities, the most urgent first. */
const SEVERITIES = [
  { name: 'critical', color: 'red' },
  { name: 'warning', color: 'yellow' },
  { name: 'info', color: 'blue' },
] as const;

/**
 * The list of what fires, the most urgent first and what has lasted longest before what is new: severity, alert, the thing that it is about, for how
 * long it has been so, and a link to its section of the runbook. Undefined where the dashboard has no alerts.
 */
export function firingTable(
  { firing, numbers = [] }: DashboardSpec,
  alerts: readonly Alert[],
  { runbookBaseUrl }: DashboardContext,
): { readonly panel: PanelSpec; readonly table: TableSpec } | undefined {
  if (firing === undefined) return undefined;
  const selected = firingOf(firing, alerts);
  if (selected === undefined) return undefined;
  const about = aboutOf(firing);
  const runbooks = alerts.flatMap((alert) => {
    const url = runbookUrl(alert, runbookBaseUrl);
    // The file and the section, which is what the column shows; the rest of the address is the same for all.
    if (url === undefined) return [];
    const text = url.slice(url.lastIndexOf('/') + 1);
    return namesOf(alert).map((name) => ({ alert: name, url, text }));
  });
  const base = runbooks[0]?.url.slice(0, -runbooks[0].text.length);
  return {
    panel: {
      title: FIRING_TITLE,
      description:
        'The alerts of this dashboard that fire now, the most urgent first, and for how long what each says has been so, its hold included. The last column opens the section of the runbook that says what to do.',
      type: 'table',
      unit: unit.seconds,
      width: 24 - numbers.length * NUMBER_WIDTH,
      height: HEIGHT,
      queries: [{ query: forHowLong(selected, firing, about), legend: 'For' }],
    },
    table: {
      empty: 'No alert of this dashboard fires.',
      sortBy: 'urgency',
      hidden: ['urgency'],
      labels: [
        { label: 'severity', title: 'Severity', states: SEVERITIES, width: 90 },
        { label: 'alertname', title: 'Alert', width: 230 },
        ...(about.length === 0 ? [] : [{ label: 'thing', title: 'Thing' }]),
        ...(runbooks.length === 0
          ? []
          : [
              {
                label: 'runbook',
                title: 'Runbook',
                texts: new Map(runbooks.map(({ alert, text }) => [alert, text])),
                link: `${base}\${__value.text:raw}`,
              },
            ]),
      ],
    },
  };
}

/** The labels that name what an alert of the dashboard is about. */
const aboutOf = ({ labels, others = [] }: FiringSpec): readonly string[] => [
  ...new Set([...labels, ...others]),
];

function forHowLong(firing: Part, { labels: filtered }: FiringSpec, about: readonly string[]): Query {
  const since = { ...ALERTS_FOR_STATE, labels: filtered };
  const held = promql`(label_replace(time() - ${since}, "alertstate", "firing", "", "") and ${firing})`;
  const urgent = SEVERITIES.reduce(
    (query, { name }, rank) =>
      promql`label_replace(${query}, "urgency", "${rank}", "severity", "${raw(name)}")`,
    held,
  );
  const isNamed = about.length > 0;
  const labels = about.map((label) => `"${label}"`).join(', ');
  const named = isNamed ? promql`label_join(${urgent}, "thing", " ", ${raw(labels)})` : urgent;
  const by = ['urgency', 'severity', 'alertname', ...(isNamed ? ['thing'] : []), 'runbook'];
  return promql`sort_desc(max by (${raw(by.join(', '))}) (label_join(${named}, "runbook", "", "alertname")))`;
}
