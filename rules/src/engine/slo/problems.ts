import type { MetricReference, RecordedSeries } from '../promql/promql.ts';
import { alertProblems } from './alert-problems.ts';
import type { Counter, Slo } from './model.ts';
import type { BudgetPolicy } from './policy.ts';

/** The window that rules can look back over: most installations keep little more than a month. */
const LONGEST_WINDOW_DAYS = 90;

/** Everything that is wrong with an SLO, in plain sentences; empty when it is sound. */
export function problemsOf(slo: Slo): string[] {
  const { kind, by } = (slo.sli ?? {}) as { readonly kind?: unknown; readonly by?: unknown };
  if (typeof kind !== 'string' || !Array.isArray(by))
    return [
      ...textProblems(slo),
      'sli must say its kind, and by which labels it tells subjects apart: { kind, by, … }',
    ];
  const problems = [
    ...textProblems(slo),
    ...numberProblems(slo),
    ...policyProblems(slo.policy),
    ...sliProblems(slo),
  ];
  // Whether alerts can fire is computed from the numbers, so these must be sound.
  return problems.length > 0 ? problems : alertProblems(slo);
}

const SENTENCES = ['description', 'rationale', 'impact', 'action'] as const;

function textProblems(slo: Slo): string[] {
  const problems: string[] = [];
  if (typeof slo.name !== 'string' || !/^[a-z]+(-[a-z]+)*$/.test(slo.name) || slo.name.length > 50)
    problems.push('name must be lower-case words with hyphens, 50 characters at most, such as "job-success"');
  if (typeof slo.owner !== 'string' || slo.owner === '') problems.push('owner must be a text');
  if (slo.runbook !== undefined && (typeof slo.runbook !== 'string' || slo.runbook === ''))
    problems.push('runbook must be a text');
  for (const field of SENTENCES)
    if (field !== 'description' && slo[field] === undefined) continue;
    else if (typeof slo[field] !== 'string' || !/^\S.{9,}\.$/s.test(slo[field]))
      problems.push(`${field} must be a sentence that ends with a period`);
  if (!Array.isArray(slo.explainedBy) || !slo.explainedBy.every((alert) => /^[A-Z]\w*$/.test(alert)))
    problems.push('explainedBy must list names of alerts, such as "JobGone"');
  return problems;
}

function numberProblems({ objective, objectivePerSubject, windowDays, sli }: Slo): string[] {
  const problems: string[] = [];
  if (!(typeof objective === 'number' && objective > 0 && objective < 1))
    problems.push('objective must be a share between 0 and 1, both excluded: 0.99, not 99');
  if (!(Number.isInteger(windowDays) && windowDays >= 1 && windowDays <= LONGEST_WINDOW_DAYS))
    problems.push(`windowDays must be a whole number from 1 to ${LONGEST_WINDOW_DAYS}`);
  if (objectivePerSubject !== undefined && sli.kind !== 'runs')
    problems.push('objectivePerSubject is for runs: burn rates are computed for one objective');
  return problems;
}

function policyProblems(policy: BudgetPolicy): string[] {
  const edges = policy.map(({ from }) => from);
  const descends = edges.every((edge, i) => i === 0 || edge < edges[i - 1]!);
  return edges.length < 2 || !descends || edges.at(-1) !== Number.NEGATIVE_INFINITY
    ? ['policy must list two or more levels from the best to the worst, the last from -Infinity']
    : [];
}

function sliProblems({ sli }: Slo): string[] {
  const problems: string[] = [];
  if (sli.by.length === 0 && !('eventsPerHour' in sli))
    problems.push('by must name the labels of the subject');
  const needs = (metric: Counter | RecordedSeries, kind: string, what: string) => {
    // A config module is run without being compiled.
    if (typeof metric !== 'object' || metric === null) {
      problems.push(`${what} must be a ${kind} or what is recorded of one`);
      return;
    }
    const { name, actual, labels } = factsOf(metric);
    if (actual !== kind) problems.push(`${what} must be a ${kind}, and ${name} is a ${actual}`);
    const missing = sli.by.filter((label) => !labels.includes(label));
    if (missing.length > 0) problems.push(`${name} has no label ${missing.join(', ')} of the subject`);
  };
  switch (sli.kind) {
    case 'ratio':
      needs(sli.total, 'counter', 'total');
      needs(sli.bad, 'counter', 'bad');
      break;
    case 'latency':
      needs(sli.histogram, 'histogram', 'histogram');
      if (problems.length === 0) problems.push(...boundProblems(sli.histogram, sli.withinSeconds));
      break;
    case 'runs':
      needs(sli.interval, 'gauge', 'interval');
      if (sli.subjects !== undefined) needs(sli.subjects, 'gauge', 'subjects');
      needs(sli.runs.total, 'counter', 'total');
      needs(sli.runs.bad, 'counter', 'bad');
      break;
    case 'freshness':
      if (sli.limitBy.some((label) => !sli.by.includes(label)))
        problems.push('limitBy must name some of the labels of by');
  }
  return problems;
}

function factsOf(metric: Counter | RecordedSeries): {
  name: string;
  actual: string;
  labels: readonly string[];
} {
  // Instruments have a method `record`, so they are told apart by their descriptor first.
  if ('descriptor' in metric) {
    const { name, kind, labels } = metric.descriptor;
    return { name, actual: kind, labels: labels.map((label) => label.name) };
  }
  if ('external' in metric) return { name: metric.external, actual: metric.kind, labels: metric.labels };
  return { name: metric.record, actual: 'gauge', labels: metric.labels };
}

function boundProblems({ descriptor }: MetricReference, bound: number): string[] {
  const buckets = descriptor.buckets ?? [];
  return buckets.length === 0 || buckets.includes(bound)
    ? []
    : [
        `withinSeconds ${bound} must be a bucket of ${descriptor.name}, or events near it can not be told apart; it has ${buckets.join(', ')}`,
      ];
}
