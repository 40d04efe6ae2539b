import type { Slo, Subject } from './model.ts';

/** `job-success` as it stands in the name of an alert: `JobSuccess`. */
export const camelCase = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** `job-success` as people read it: `Job success`. */
export const titleOf = ({ name }: Pick<Slo, 'name'>): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

/** What a label's value is, in words. */
const NOUNS: { readonly [label: string]: string } = { job_name: 'job', http_route: 'route' };
const nounOf = (label: string): string => NOUNS[label] ?? label.replaceAll('_', ' ');

/** The subject of an alert: `job {{ $labels.job_name }}`. */
export const subjectText = (by: Subject): string =>
  by.length === 0 ? 'all' : by.map((label) => `${nounOf(label)} {{ $labels.${label} }}`).join(', ');

/** The subject of an alert for all SLOs, which have different labels. */
export const anySubjectText = (labels: Subject): string =>
  labels
    .filter((label) => label !== 'slo')
    .map((label) => `{{ with $labels.${label} }}, ${nounOf(label)} {{ . }}{{ end }}`)
    .join('');
