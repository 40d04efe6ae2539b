import { histogram } from '@sightglass/core';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  buildRules,
  checkQuery,
  days,
  hours,
  metricsIn,
  minutes,
  problemText,
  renderOpenSlo,
  seconds,
  shippedCatalog,
} from '../../index.ts';
import { shippedSlos } from '../../shipped.ts';
import { sloGroups } from '../slo/groups.ts';
import { slo } from '../slo/slo.ts';
import type { OpenSloDocument } from './model.ts';
import { SLICE } from './objective.ts';
import { renderOpenSlo as documentsOf } from './render.ts';
import { shorthand } from './shorthand.ts';
import { problemsOf } from './specification.support.ts';

type Kind = OpenSloDocument['kind'];
type Of<K extends Kind> = Extract<OpenSloDocument, { kind: K }>;

/** The documents as they are written. */
const parsed = (files: ReturnType<typeof renderOpenSlo>): readonly OpenSloDocument[] =>
  files.flatMap(({ yaml }) => parseAllDocuments(yaml).map((document) => document.toJS() as OpenSloDocument));

const documents = parsed(renderOpenSlo());
const idOf = ({ kind, metadata }: OpenSloDocument): string => `${kind} ${metadata.name}`;
const ofKind = <K extends Kind>(kind: K, among = documents): Of<K>[] =>
  among.filter((document): document is Of<K> => document.kind === kind);
const named = <K extends Kind>(kind: K, name: string, among = documents): Of<K> =>
  ofKind(kind, among).find(({ metadata }) => metadata.name === name)!;

describe.each(documents.map((document) => [idOf(document), document] as const))('%s', (_, document) => {
  test('is a document of OpenSLO v1', () => expect(problemsOf({ ...document })).toEqual([]));
});

test('no two have the same kind and name, and all that they refer to is there', () => {
  const ids = documents.map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
  const wanted = [
    ...ofKind('SLO').flatMap(({ spec }) => [
      `Service ${spec.service}`,
      `SLI ${spec.indicatorRef}`,
      ...spec.alertPolicies.map(({ alertPolicyRef }) => `AlertPolicy ${alertPolicyRef}`),
    ]),
    ...ofKind('AlertPolicy').flatMap(({ spec }) => [
      ...spec.conditions.map(({ conditionRef }) => `AlertCondition ${conditionRef}`),
      ...spec.notificationTargets.map(({ targetRef }) => `AlertNotificationTarget ${targetRef}`),
    ]),
  ];
  expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  // Nothing is written that nobody refers to, either.
  expect(ids.filter((id) => !id.startsWith('SLO ') && !wanted.includes(id))).toEqual([]);
});

const queriesOf = ({ spec: { thresholdMetric, ratioMetric } }: Of<'SLI'>): readonly string[] =>
  [thresholdMetric, ratioMetric?.good, ratioMetric?.bad, ratioMetric?.total].flatMap((metric) =>
    metric === undefined ? [] : [metric.metricSource.spec.query],
  );

describe.each(shippedSlos.slos)('the SLO $name', (declared) => {
  const document = named('SLO', declared.name);
  const sli = named('SLI', declared.name);
  const [objective] = document.spec.objectives;

  test('promises what is declared', () => {
    expect(objective.target).toBe(declared.objective);
    expect(document.spec.timeWindow).toEqual([{ duration: `${declared.windowDays}d`, isRolling: true }]);
    expect(document.metadata.labels).toMatchObject({ owner: declared.owner, requirement: declared.source });
    expect(document.metadata.annotations?.['sightglass/subject']).toBe(declared.sli.by.join(','));
  });

  test('budgets events by occurrence and freshness by slices, each with its kind of metric', () => {
    const slices = declared.sli.kind === 'freshness';
    expect(document.spec.budgetingMethod).toBe(slices ? 'Timeslices' : 'Occurrences');
    expect(Object.keys(sli.spec)).toContain(slices ? 'thresholdMetric' : 'ratioMetric');
    // A threshold takes exactly one objective, and that one an operator and a value; a ratio takes neither.
    expect('op' in objective && 'value' in objective).toBe(slices);
    expect(document.spec.objectives).toHaveLength(1);
  });

  test.each(queriesOf(sli))('has a query that works when pasted: %s', (query) => {
    expect(checkQuery(query, { catalog: shippedCatalog() }).map(problemText)).toEqual([]);
  });

  test('reads only what the rules of the SLO read', () => {
    const own = sloGroups({ slos: [declared], composites: [] }).map(({ name }) => name);
    const rules = buildRules({})
      .flatMap(({ groups }) => groups.filter(({ name }) => own.includes(name)))
      .flatMap((group) => group.rules)
      .filter((rule) => 'record' in rule && rule.labels?.slo === declared.name);
    const read = rules.flatMap(({ expr }) => metricsIn(expr));
    expect(rules.length).toBeGreaterThan(0);
    for (const query of queriesOf(sli)) expect(read).toEqual(expect.arrayContaining([...metricsIn(query)]));
  });
});

test('a slice is judged by the comparison that the rules record, which also let a changed limit begin anew', () => {
  const rules = buildRules({}).flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  for (const { metadata, spec } of ofKind('SLI').filter((sli) => 'thresholdMetric' in sli.spec)) {
    const rule = rules.find(
      (each) =>
        'record' in each && each.record === 'slo:good_slice:bool' && each.labels?.slo === metadata.name,
    );
    const [comparison, pause = ''] = spec.thresholdMetric!.metricSource.spec.query.split(/(?=\nunless on)/);
    expect(rule?.expr).toContain(`or\n${comparison}\n)${pause}`);
  }
  const group = sloGroups(shippedSlos).find(({ rules: own }) =>
    own.some((rule) => 'record' in rule && rule.record === 'slo:good_slice:bool'),
  );
  expect(group?.interval).toEqual(SLICE);
});

const conditionsOf = (name: string, among = documents) =>
  named('SLO', name, among).spec.alertPolicies.map(({ alertPolicyRef }) => {
    const policy = named('AlertPolicy', alertPolicyRef, among);
    const { severity, condition } = named(
      'AlertCondition',
      policy.spec.conditions[0].conditionRef,
      among,
    ).spec;
    const targets = policy.spec.notificationTargets.map(({ targetRef }) => targetRef).join(' ');
    return `${policy.metadata.annotations?.['sightglass/alert']}: ${condition.op} ${condition.threshold} in ${condition.lookbackWindow} for ${condition.alertAfter}, ${severity} to ${targets}`;
  });

test('alerts compare what the rules compare: burn rates of traffic and slices, overdrawn budgets of runs, the policy', () => {
  expect(conditionsOf('admin-availability')).toEqual([
    'SloAdminAvailabilityBurnsFast: gt 14.4 in 1h for 2m, critical to page-pagerduty page-slack',
    'SloAdminAvailabilityBurnsFast: gt 6 in 6h for 2m, critical to page-pagerduty page-slack',
    'SloAdminAvailabilityBurnsSlowly: gt 1 in 3d for 1h, warning to channel-slack',
    'SloErrorBudgetSpent: gt 0.75 in 30d for 5m, warning to channel-slack',
  ]);
  expect(conditionsOf('job-success')).toEqual([
    'SloJobSuccessBroken: gt 1 in 7d for 5m, warning to channel-slack',
    'SloErrorBudgetSpent: gt 0.75 in 7d for 5m, warning to channel-slack',
  ]);
  expect(conditionsOf('source-freshness')).toEqual([
    'SloSourceFreshnessBurnsSlowly: gt 1 in 3d for 1h, warning to channel-slack',
    'SloErrorBudgetSpent: gt 0.75 in 30d for 5m, warning to channel-slack',
  ]);
});

test('an alert says what OpenSLO has no field for', () => {
  const textOf = (name: string) => named('AlertCondition', name).spec.description;
  expect(textOf('admin-availability-page-1h')).toContain('over 5m too and for 3 bad events');
  expect(textOf('job-availability-page-1h')).toMatch(/over 5m too\.$/);
  expect(textOf('job-success-broken')).toContain('two bad runs');
});

test('every alert of an SLO is among them', () => {
  const written = ofKind('AlertPolicy').map(({ metadata }) => metadata.annotations?.['sightglass/alert']);
  const raised = sloGroups(shippedSlos)
    .flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])))
    // Noted for whoever looks, or of Prometheus itself.
    .filter(({ severity, alert }) => severity !== 'info' && alert !== 'SloRetentionTooShort')
    .map(({ alert }) => alert);
  expect([...new Set(written)].sort()).toEqual(raised.sort());
});

test('an installation has its own selector, thresholds and addresses', () => {
  const own = parsed(
    renderOpenSlo({
      selector: { namespace: 'prod' },
      thresholds: { job_late_end_share: 0.5 },
      runbookBaseUrl: 'https://r.example.org',
      dashboardBaseUrl: 'https://g.example.org/',
    }),
  );
  for (const sli of ofKind('SLI', own))
    for (const query of queriesOf(sli)) expect(query).toContain('namespace="prod"');
  expect(queriesOf(named('SLI', 'job-availability', own))[0]).toContain('clamp_min(0.5 *');
  expect(named('AlertPolicy', 'job-success-broken', own).metadata.annotations).toMatchObject({
    'sightglass/runbook-url': 'https://r.example.org/slo.md#slojobsuccessbroken',
    'sightglass/dashboard-url': 'https://g.example.org/d/sightglass-slo',
  });
});

const took = histogram('openslo_test_duration_seconds', {
  help: 'Took.',
  labels: ['route'],
  buckets: [0.5, 1],
});

test('a bound on latency is good events among all, and a policy without a level to act at has no alert on it', () => {
  const quick = slo({
    name: 'quick-answers',
    description: 'Of the requests to a route, 99 % are answered within a second.',
    owner: 'team',
    objective: 0.99,
    windowDays: 7,
    sli: { kind: 'latency', by: ['route'], histogram: took, withinSeconds: 1, eventsPerHour: 10_000 },
    policy: [
      { from: 0, name: 'kept', action: 'Nothing.' },
      { from: Number.NEGATIVE_INFINITY, name: 'broken', action: 'Something.' },
    ],
    rationale: 'It is what the test needs.',
    impact: 'Nobody is harmed by it.',
    action: 'Look at the test itself.',
    runbook: 'slo',
  });
  const own = parsed(documentsOf({}, { slos: [{ ...quick, component: 'test' }], composites: [] }));
  expect(own.flatMap((document) => problemsOf({ ...document }))).toEqual([]);
  expect(queriesOf(named('SLI', 'quick-answers', own))).toEqual([
    'openslo_test_duration_seconds_bucket{le=~"1|1\\\\.0"}',
    'openslo_test_duration_seconds_count',
  ]);
  expect(conditionsOf('quick-answers', own).map((text) => text.split(' for')[0])).toEqual([
    'SloQuickAnswersBurnsFast: gt 3.36 in 1h',
    'SloQuickAnswersBurnsFast: gt 1.4 in 6h',
  ]);
});

test('a duration has one unit, and none below a minute', () => {
  expect([minutes(5), minutes(90), hours(6), hours(36), days(30)].map(shorthand)).toEqual([
    ...['5m', '90m', '6h', '36h', '30d'],
  ]);
  expect(() => shorthand(seconds(90))).toThrow('whole minutes, and not of 90 s');
});

/** A copy with another value at a path, or with none. */
function spoilt(
  document: OpenSloDocument,
  path: string,
  value?: unknown,
): { readonly [key: string]: unknown } {
  const copy = structuredClone(document) as unknown as { [key: string]: unknown };
  const keys = path.split('.');
  const holder = keys
    .slice(0, -1)
    .reduce((inner, key) => inner[key] as { [key: string]: unknown }, copy as { [key: string]: unknown });
  const last = keys.at(-1)!;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

test.each<[string, string, unknown, string]>([
  ['SLO admin-availability', 'spec.service', undefined, 'spec.service is missing'],
  ['SLO admin-availability', 'spec.timeWindow', [], 'spec.timeWindow must have one item'],
  ['SLO admin-availability', 'spec.timeWindow.0.calendar', {}, 'either rolling or of a calendar'],
  ['SLO admin-availability', 'spec.budgetingMethod', 'Ratio', 'must be Occurrences or Timeslices'],
  ['SLO job-freshness', 'spec.objectives.0.timeSliceWindow', undefined, 'timeSliceWindow is missing'],
  ['SLO job-freshness', 'spec.objectives.0.target', 1, 'target is out of range'],
  ['SLO job-freshness', 'spec.objectives.0.targetPercent', 99, 'must have one of target, targetPercent'],
  ['SLO job-freshness', 'metadata.name', 'Job freshness', 'must be a DNS label'],
  ['SLO job-freshness', 'metadata.annotations.a b', 'c', 'has the key a b'],
  ['SLO job-freshness', 'apiVersion', 'openslo/v1alpha', 'apiVersion must be openslo/v1'],
  ['SLI job-success', 'spec.ratioMetric.total', undefined, 'must have one of total, raw'],
  ['SLI job-success', 'spec.ratioMetric.good', {}, 'must have one of good, bad, raw'],
  ['SLI job-success', 'spec.query', 'up', 'spec.query is no field'],
  ['SLI job-success', 'spec.description', 'x'.repeat(1_051), 'a text of 1050 characters at most'],
  ['AlertPolicy job-success-broken', 'spec.conditions', [], 'spec.conditions must have one item'],
  ['AlertCondition job-success-broken', 'spec.condition.lookbackWindow', '1h30m', 'must be a duration'],
])('the check of the specification sees what is wrong with %s when %s is %j', (id, path, value, message) => {
  const document = documents.find((each) => idOf(each) === id)!;
  expect(problemsOf(spoilt(document, path, value)).join('\n')).toContain(message);
});
