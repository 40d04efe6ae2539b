import { describe, expect, test } from 'vitest';
import { formProblems } from './engine/mixin/form.ts';
import type { Query } from './engine/promql/promql.ts';
import {
  type Alert,
  buildRules,
  declaredMetrics,
  isAlert,
  labelsIn,
  type Recording,
  renderQuery,
  ruleFiles,
  shippedAlerts,
  shippedCatalog,
} from './index.ts';

const groups = ruleFiles().flatMap((file) => file.groups);
const rules = groups.flatMap((group) => group.rules);
const alerts = shippedAlerts;
const recordings = rules.filter((rule): rule is Recording => !isAlert(rule));
const built = buildRules({}).flatMap((file) => file.groups.flatMap((group) => group.rules));

test('the nine alerts of reference system 004 keep their names and severities', () => {
  const named = alerts.map(({ alert, severity }) => `${severity} ${alert}`);
  expect(named).toEqual(
    expect.arrayContaining([
      'critical IcebergOffloadConsecutiveFailures',
      'critical IcebergOffloadLagCritical',
      'critical IcebergOffloadCycleTooSlow',
      'critical IcebergOffloadWatermarkStale',
      'critical IcebergOffloadSchedulerDown',
      'warning IcebergOffloadSuccessRateLow',
      'warning IcebergOffloadLagElevated',
      'warning IcebergOffloadThroughputLow',
      'warning IcebergOffloadCycleSlow',
    ]),
  );
});

describe.each(alerts)('$alert', (alert: Alert) => {
  test('is named in CamelCase, as all of its component begin', () => {
    expect(alert.alert).toMatch(/^([A-Z][a-z]+)+$/);
    expect(firstWordsOf(alert.component)).toHaveLength(1);
  });

  test('says what it is, what it means and what to do', () => {
    expect(alert.summary).toMatch(/^[A-Z][^{}]+\.$/);
    for (const text of [alert.description, alert.impact, alert.action]) expect(text).toMatch(/^\S.{10,}\.$/s);
    expect(alert.runbook).toMatch(/^[a-z-]+$/);
    expect(alert.dashboard?.uid).toMatch(/^sightglass-[a-z]+$/);
  });

  test('waits, or says why it does not', () => {
    expect(alert.for !== undefined || alert.noForReason !== undefined).toBe(true);
    if (alert.for !== undefined) expect(alert.for.durationSeconds).toBeGreaterThanOrEqual(60);
  });

  test('keeps firing over gaps when it reads a rate', () => {
    const isRate = /increase|rate|ratio_window/.test(expressionOf(alert.alert));
    expect(!isRate || alert.keepFiringFor !== undefined).toBe(true);
  });

  test('hides no number in its expression', () => {
    const allowed = alert.alert === 'Watchdog' ? /vector\(1\)/ : / == [01]\b/g;
    expect(textOf(alert.expr).replace(allowed, '')).not.toMatch(/(?<![\w$])\d/);
  });

  test('names in its description only labels that it has', () => {
    const labels = [...alert.description.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
    expect(labelsIn(expressionOf(alert.alert), shippedCatalog())).toEqual(expect.arrayContaining(labels));
  });
});

/** The words that alerts of a component begin with. Those of SLOs begin with `Slo`, whatever they speak of, and the heartbeat has its usual name. */
function firstWordsOf(of: string): readonly string[] {
  const own = alerts.filter(({ alert, component }) => component === of && alert !== 'Watchdog');
  const words = new Set(own.map(({ alert }) => /^[A-Z][a-z]+/.exec(alert)![0]));
  return [...words].filter((word) => word !== 'Slo' || words.size === 1);
}

function expressionOf(name: string): string {
  return built.find((rule) => 'alert' in rule && rule.alert === name)!.expr;
}

/** What the template itself says, without what is interpolated. */
const textOf = ({ text, parts }: Query): string =>
  [
    ...text,
    ...parts.flatMap((part) => (typeof part === 'object' && 'text' in part ? [textOf(part)] : [])),
  ].join(' ');

test('labels of alerts hold no templates, which would make every value a new alert', () => {
  for (const rule of built) expect(Object.values(rule.labels ?? {}).join()).not.toContain('{{');
});

test("what ships passes the checks that a mixin of one's own does", () => {
  expect(formProblems(shippedAlerts, shippedCatalog())).toEqual([]);
});

test('links lead to the runbook and the dashboard', () => {
  for (const rule of built) {
    if (!('alert' in rule)) continue;
    expect(rule.annotations.runbook_url).toMatch(/^https:\/\/.+\/[\w-]+\.md#[a-z]+$/);
    expect(rule.annotations.dashboard_url).toMatch(
      /^http:\/\/localhost:3000\/d\/sightglass-\w+\?(\{\{ with \$labels\.(\w+) \}\}var-\2=\{\{ \. \| urlquery \}\}&\{\{ end \}\})+$/,
    );
  }
});

/** What the names of metrics begin with, such as `job`. */
const declaredWords = [...new Set(declaredMetrics.map(({ name }) => name.split('_')[0]))];

/** Aliases have the names that others gave them. */
const aliasNames = ruleFiles()
  .filter(({ file }) => file === 'aliases.yml')
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
  .flatMap((rule) => (isAlert(rule) ? [] : [rule.record]));
const ownRecordings = recordings.filter((recording) => !aliasNames.includes(recording.record));

test.each(ownRecordings)('$record is named level:metric:operation, without _total', ({ record, labels }) => {
  const [level, metric, operation, ...rest] = record.split(':');
  expect(rest).toEqual([]);
  // SLOs share their series, whatever tells their subjects apart.
  expect(level).toBe(level === 'slo' ? 'slo' : labels.join('_'));
  if (level !== 'slo') expect([...declaredWords, 'telemetry']).toContain(/^[a-z]+(?=_)/.exec(metric!)?.[0]);
  expect(metric).not.toMatch(/_total$/);
  expect(operation).toMatch(/^[a-z_]+(\d+[mhd])?$/);
});

test.each(recordings)(
  '$record has the labels that it says it has',
  ({ record, expr, labels, staticLabels = {} }) => {
    const given = new Set([...labelsIn(renderQuery(expr), shippedCatalog([])), ...Object.keys(staticLabels)]);
    // What is read of a series that SLOs share may have the labels of each.
    const own = record.startsWith('slo:') ? [...given].filter((label) => labels.includes(label)) : [...given];
    expect(own.sort()).toEqual([...labels].sort());
  },
);

test('no rule is there twice', () => {
  const identities = built.map((rule) =>
    JSON.stringify(['alert' in rule ? rule.alert : rule.record, rule.labels ?? {}]),
  );
  expect(new Set(identities).size).toBe(identities.length);
});

test('groups have names of their own and are evaluated at least every five minutes', () => {
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  for (const { name, interval } of groups)
    expect(interval.durationSeconds).toBeLessThanOrEqual(name.endsWith('-hourly') ? 3_600 : 300);
});
