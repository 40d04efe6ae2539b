import { type RecordedSeries, recordings, type Strategy, serviceLevels, where } from '@sightglass/rules';

const { slos } = serviceLevels.shippedSlos;

/** What the rules record of the SLOs that ship. */
export const series = serviceLevels.seriesOf(slos);

/** What tells one subject of an SLO from another; one that it does not have stays empty. */
const SUBJECT = series.remaining.labels.filter((label) => label !== 'slo');

/** What names an SLO of a thing. */
export const BY = ['slo', ...SUBJECT];

/** The name of an SLO and its subject. */
export const LEGEND = BY.map((label) => `{{${label}}}`).join(' ');

/** The series of the SLOs whose alerts judge them in this way. */
export function judgedBy(strategy: Strategy, recorded: RecordedSeries): RecordedSeries {
  const names = slos.filter(({ sli }) => serviceLevels.strategyOf(sli) === strategy).map(({ name }) => name);
  return where(recorded, { slo: names });
}

/** A series with the labels that are recorded: bad events of short windows are counted of some SLOs only. */
export const asRecorded = (series: RecordedSeries): RecordedSeries => ({
  ...series,
  labels: [
    ...new Set(recordings.filter(({ record }) => record === series.record).flatMap(({ labels }) => labels)),
  ],
});
