import { isAlert, type Recording, type RuleGroup } from '../model/rule.ts';
import { days, hours } from '../promql/duration.ts';
import { promql, type Query, type RecordedSeries } from '../promql/promql.ts';

/*
 * What was last recorded, over any gap. A dead process exports nothing, and an alert whose series vanish resolves; so what is known is carried
 * on by each evaluation taking up what an earlier one recorded. Two memories make that cheap: the recorded series itself for some hours, and a
 * copy of it that is made once an hour for days, which a Prometheus that was away itself needs.
 */

/** How far back the series itself is read: longer than the hour between two copies. */
const RECENT = hours(2);

/** How far back the copies are read: the longest time that Prometheus may be away and still know what was. */
export const LONGEST_GAP = days(7);

/** How often a copy is made. */
export const COPY_INTERVAL = hours(1);

/** The series of the hourly copies of a recorded series. */
export const copyOf = (series: RecordedSeries): RecordedSeries => ({
  record: `${series.record}_hourly`,
  labels: series.labels,
  ...(series.matchers === undefined ? {} : { matchers: series.matchers }),
});

/** What earlier evaluations recorded last, however long ago within {@link LONGEST_GAP}; in the group that records it, before it does so again. */
export const remembered = (series: RecordedSeries): Query =>
  promql`(last_over_time(${series}[${RECENT}]) or last_over_time(${copyOf(series)}[${LONGEST_GAP}]))`;

/** What the evaluation before this one recorded, or an earlier one of the last hours; also where it is recorded again before this is read. */
export const before = (series: RecordedSeries): Query =>
  promql`last_over_time(${series}[${RECENT}] offset ${{ durationSeconds: 0.001 }})`;

/** A recording that later evaluations remember. A copy of it is made every hour by the file that it is in. */
export const kept = (recording: Recording): Recording => ({ ...recording, kept: true });

/** The rules that make the hourly copies of what is kept among these rules: one for each name. */
export function copiesOf(recordings: readonly Recording[]): readonly Recording[] {
  const labels = new Map<string, readonly string[]>();
  for (const { record, labels: own, kept: isKept = false } of recordings)
    if (isKept) labels.set(record, [...new Set([...(labels.get(record) ?? []), ...own])]);
  return [...labels].map(([record, own]) => ({
    record: copyOf({ record, labels: own }).record,
    labels: own,
    expr: promql`${{ record, labels: own }}`,
  }));
}

/** The groups of a file, and one that copies every hour what they keep. */
export function withCopies(name: string, groups: readonly RuleGroup[]): readonly RuleGroup[] {
  const rules = copiesOf(
    groups.flatMap((group) => group.rules.filter((rule): rule is Recording => !isAlert(rule))),
  );
  if (rules.length === 0) return groups;
  return [...groups, { name: `sightglass-${name}-hourly`, interval: COPY_INTERVAL, rules }];
}
