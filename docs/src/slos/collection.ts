import {
  declaredMetrics,
  formatDuration,
  isAlert,
  metricsIn,
  type Recording,
  renderQuery,
  ruleFiles,
  type SloSet,
  serviceLevels,
} from '@sightglass/rules';
import { table } from '../markdown.ts';

/*
 * What the SLOs are measured from, followed through the recording rules down to what a service exports.
 */

const groups = ruleFiles().flatMap(({ file, groups }) => groups.map((group) => ({ file, ...group })));
const recordingsOf = (rules: (typeof groups)[number]['rules']): readonly Recording[] =>
  rules.filter((rule): rule is Recording => !isAlert(rule));

/** What other files record, and SLOs read. */
const inputs = groups
  .filter(({ file }) => file !== serviceLevels.sloFile(serviceLevels.shippedSlos).file)
  .flatMap(({ rules }) => recordingsOf(rules));

/** Every series that expressions read, and those that these are recorded from. */
function readBy(
  expressions: readonly string[],
  recordings: readonly Recording[],
  seen = new Set<string>(),
): ReadonlySet<string> {
  for (const name of expressions.flatMap((expression) => metricsIn(expression))) {
    if (seen.has(name)) continue;
    seen.add(name);
    const made = recordings.filter(({ record }) => record === name);
    readBy(
      made.map(({ expr }) => renderQuery(expr)),
      recordings,
      seen,
    );
  }
  return seen;
}

/** What one SLO reads. By itself, since all SLOs share the names of their series. */
function seriesOf(each: SloSet['slos'][number], set: SloSet): ReadonlySet<string> {
  const own = serviceLevels
    .sloGroups({ slos: [each], composites: [] })
    .flatMap(({ rules }) => recordingsOf(rules));
  return readBy(
    own.map(({ expr }) => renderQuery(expr)),
    [...inputs, ...own, ...(set.inputs ?? [])],
  );
}

/** The name of the metric that a bucket, sum or count belongs to. */
const descriptorOf = (name: string) =>
  declaredMetrics.find((metric) => metric.name === name) ??
  declaredMetrics.find((metric) => metric.name === name.replace(/_(bucket|sum|count)$/, ''));

/** What each SLO needs from the service. */
export const metricTable = (set: SloSet = serviceLevels.shippedSlos): string =>
  table(
    ['SLO', 'metrics that the service exports'],
    set.slos.map((each) => {
      const metrics = [...seriesOf(each, set)].flatMap((name) => descriptorOf(name) ?? []);
      const names = [
        ...new Set(metrics.map(({ name, kind }) => `[\`${name}\`](metrics.md#${name}) (${kind})`)),
      ];
      return [serviceLevels.titleOf(each), names.sort().join(', ')];
    }),
  );

/** The groups that record what SLOs read, with how often each is evaluated. */
export function groupTable(set: SloSet = serviceLevels.shippedSlos): string {
  const read = new Set(set.slos.flatMap((each) => [...seriesOf(each, set)]));
  const own = serviceLevels.sloGroups(set).map(({ name }) => name);
  const rows = groups
    .filter(
      ({ name, rules }) => own.includes(name) || recordingsOf(rules).some(({ record }) => read.has(record)),
    )
    .map(({ file, name, interval }) => [`\`${file}\``, `\`${name}\``, formatDuration(interval)]);
  return table(['file', 'group', 'evaluated every'], rows);
}

/** Scrapes that a window must hold, as the checker of expressions asks. */
const SCRAPES = 4;

/** How far back the rules look, what Prometheus must keep for it, and how many seconds may lie between two scrapes. */
export const retention = (set: SloSet = serviceLevels.shippedSlos) => ({
  longest: formatDuration(serviceLevels.longestWindow(set)),
  needed: formatDuration(serviceLevels.retentionFor(set)),
  longestScrape: serviceLevels.BURN_WINDOWS[0]!.durationSeconds / SCRAPES,
});
