import type { Recording, RuleFile, RuleGroup } from '../model/rule.ts';
import { type Duration, days, minutes } from '../promql/duration.ts';
import { withCopies } from '../remembered/index.ts';
import { alertsOf, explainedRecordings } from './alerts.ts';
import { budgetRecordings, burnRecordings, objectiveRecording, windowRecordings } from './budget.ts';
import { type Composite, compositeRecordings } from './composite.ts';
import { joined } from './joined.ts';
import { type OwnedSlo, strategyOf } from './model.ts';
import { policyAlerts } from './policy-alerts.ts';
import { retentionAlert } from './retention.ts';
import { runRecordings } from './runs.ts';
import { labelsOf, seriesOf } from './series.ts';
import { COUNTED_EVERY, totalRecordings } from './totals.ts';
import { longWindows, shortWindows } from './windows.ts';

/** SLOs that share their recorded series, the figures made of several of them, and how far back all of it looks. */
export interface SloSet {
  readonly slos: readonly OwnedSlo[];
  readonly composites: readonly Composite[];
  /** What the SLOs read and no other file records. Default: nothing. */
  readonly inputs?: readonly Recording[];
}

/** The longest window that a set looks back over. */
export const longestWindow = ({ slos }: SloSet): Duration =>
  days(
    Math.max(...slos.map(({ windowDays, sli }) => (sli.kind === 'runs' ? sli.rareWindowDays : windowDays))),
  );

/** The rules of a set; a file of them needs the copies too ({@link sloFile}). Totals come first, and what alerts compare stands before it, so that each evaluation sees its own instant. */
export function sloGroups(set: SloSet): readonly RuleGroup[] {
  const { slos, composites, inputs = [] } = set;
  const series = seriesOf(slos);
  const others = slos.filter(({ sli }) => strategyOf(sli) !== 'counts');
  const now = [...totalRecordings(slos, series), ...shortWindows(slos, series)];
  const windows: Recording[] = [
    ...slos.flatMap((slo) => (slo.sli.kind === 'runs' ? runRecordings(slo, slo.sli, series) : [])),
    ...longWindows(slos, series),
    ...windowRecordings(others, series),
    ...slos.map((slo) => objectiveRecording(slo, series)),
    ...budgetRecordings(slos, series),
    ...compositeRecordings(composites, series),
  ];
  return [
    { name: 'sightglass-slo-events', interval: COUNTED_EVERY, rules: [...inputs, ...now] },
    // What moves in days can wait two minutes.
    { name: 'sightglass-slo-budgets', interval: minutes(2), rules: joined(windows) },
    {
      name: 'sightglass-slo',
      interval: minutes(1),
      rules: [
        ...joined(burnRecordings(slos, series)),
        ...slos.flatMap((slo) => explainedRecordings(slo, series)),
        ...slos.flatMap((slo) => alertsOf(slo, series)),
        ...policyAlerts(series, labelsOf(slos)),
        retentionAlert(longestWindow(set)),
      ],
    },
  ].filter(({ rules }) => rules.length > 0);
}

/** How much longer than the longest window Prometheus should keep samples: its largest block is dropped at once. */
const SPARE = days(5);

/** What a Prometheus must keep for the windows of these SLOs. */
export const retentionFor = (set: SloSet): Duration => ({
  durationSeconds: longestWindow(set).durationSeconds + SPARE.durationSeconds,
});

/** The rules of SLOs as a file. */
export const sloFile = (set: SloSet): RuleFile => ({
  file: 'slo.yml',
  about:
    'Service level objectives: events, error budgets, burn rates, the error-budget policy, and the alerts on them. Needs the other files.',
  groups: withCopies('slo', sloGroups(set)),
  retention: retentionFor(set),
});
