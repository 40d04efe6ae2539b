import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderRules } from '../../index.ts';
import { shipped } from '../../mixins/index.ts';
import { print } from './print.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly annotations?: { readonly [name: string]: string };
}

type Context = Parameters<typeof renderRules>[0];

const rendered = new Map<string, readonly Rule[]>();

/** The rules of a context, read from what is written of them, once. */
function rules(context: Context): readonly Rule[] {
  const key = JSON.stringify(context);
  const known =
    rendered.get(key) ??
    renderRules(context).flatMap(({ yaml }) =>
      (parse(yaml) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
    );
  rendered.set(key, known);
  return known;
}
const named = (name: string, context: Context) =>
  rules(context).find(({ alert, record }) => (alert ?? record) === name)!;

test('a threshold is overridden by its key', () => {
  const name = 'IcebergOffloadConsecutiveFailures';
  expect(named(name, {}).expr).toMatch(/ >= 3$/m);
  expect(named(name, { thresholds: { offload_consecutive_failures_critical: 5 } }).expr).toMatch(/ >= 5$/m);
});

test('a selector is matched in every series of ours, and put on what is recorded and raised', () => {
  const context = { selector: { namespace: 'prod' } };
  expect(named('layer_table:offload_watermark_timestamp_seconds:last_known', context)).toMatchObject({
    expr: expect.stringContaining('offload_watermark_timestamp_seconds{namespace="prod"}'),
    labels: { namespace: 'prod' },
  });
  const elevated = named('IcebergOffloadLagElevated', context);
  expect(elevated.labels).toMatchObject({ namespace: 'prod', severity: 'warning' });
  const selectors = elevated.expr.match(/[a-zA-Z_:]+\{[^}]*\}/g)!;
  expect(selectors.length).toBeGreaterThan(3);
  for (const selector of selectors) expect(selector).toContain('namespace="prod"');
  const ours = rules(context).filter(({ alert }) => !OF_MONITORING.includes(alert ?? ''));
  for (const rule of ours) expect(rule.labels).toMatchObject({ namespace: 'prod' });
});

test('a target that must be there is asked for, even when it never was', () => {
  expect(named('SightglassTargetAbsent', { target: 'job="offload"' }).expr).toBe(
    'absent(up{job="offload"} == 1)',
  );
});

test('a scale makes every time shorter and no count', () => {
  const context = { scale: 60, scope: [] };
  expect(named('IcebergOffloadLagCritical', context).for).toBe('5s');
  expect(named('IcebergOffloadWatermarkStale', context).expr).toMatch(/clamp_min\(4 \* .*, 60\)$/m);
  expect(named('layer_status:offload_cycles:increase_window', context).expr).toContain(
    'offload_cycles:total[15s] offset 15s)',
  );
  expect(named('IcebergOffloadConsecutiveFailures', context).expr).toMatch(/ >= 3$/m);
});

test('links lead where an installation has its runbooks and its Grafana', () => {
  const { annotations } = named('IcebergOffloadLagCritical', {
    runbookBaseUrl: 'https://wiki.example.org/runbooks/',
    dashboardBaseUrl: 'https://grafana.example.org',
    scope: ['cluster'],
  });
  expect(annotations).toMatchObject({
    runbook_url: 'https://wiki.example.org/runbooks/offload-lag.md#icebergoffloadlagcritical',
    dashboard_url:
      'https://grafana.example.org/d/sightglass-offload?{{ with $labels.cluster }}var-cluster={{ . | urlquery }}&{{ end }}',
  });
});

test('everything wrong with a context is said at once', () => {
  const context = {
    thresholds: { offload_lag: 5, offload_cycle_slow_ratio: Number.NaN },
    selector: { 'a-b': 'x', table: 'y', namespace: '' },
    scope: ['cluster', '1st', 'job'],
    target: 'job="offload"} or vector(1',
    runbookBaseUrl: 'wiki',
    scale: 0,
  };
  expect(() => renderRules(context)).toThrow(
    expect.objectContaining({
      problems: [
        expect.stringMatching(
          /^there is no threshold "offload_lag"; there are .*offload_consecutive_failures_critical, .*offload_lag_elevated_ratio/,
        ),
        'the threshold "offload_cycle_slow_ratio" must be a number of at least 0',
        '"a-b" is no label name',
        'the selector label "table" belongs to the metrics or rules themselves',
        'the selector label "namespace" needs a value',
        '"1st" is no label name',
        'the scope label "job" belongs to the metrics or rules themselves',
        'the target must be matchers such as job="offload", not "job=\\"offload\\"} or vector(1"',
        'runbookBaseUrl must be an http or https URL, not "wiki"',
        'scale must be a number above 0',
      ],
    }),
  );
});

test('an empty file and an expression that does not pass the checker are not printed', () => {
  const rule = { alert: 'Bad', expr: 'offload_rows_total > 5', labels: {}, annotations: {} };
  const file = { file: 'a.yml', about: 'A.', groups: [{ name: 'a', interval: '30s', rules: [rule] }] };
  expect(() => print([file, { ...file, file: 'b.yml', groups: [] }], { mixins: shipped })).toThrow(
    expect.objectContaining({
      problems: [
        expect.stringMatching(/^a.yml, Bad: .*\[raw-counter-compared\]$/),
        'b.yml has an empty group',
      ],
    }),
  );
});

/** Alerts on Prometheus and Alertmanager, of which there is one for all installations. */
const OF_MONITORING = [
  'SightglassNotificationsLost',
  'SightglassRulesFailing',
  'SightglassRulesLate',
  'SloRetentionTooShort',
  'Watchdog',
];

test('an alert on the monitoring itself is the same for two installations, and reads nothing that is selected', () => {
  const unselected = (environment: string) =>
    rules({ selector: { environment } })
      .filter(({ labels }) => labels?.environment === undefined)
      .map(({ alert, expr, labels }) => ({ alert, expr, labels }));
  const production = unselected('production');
  expect(production.map(({ alert }) => alert).sort()).toEqual(OF_MONITORING);
  expect(production).toEqual(unselected('staging'));
  for (const { expr } of production) expect(expr).not.toContain('production');
});

test('the monitoring of two clusters is told apart', () => {
  expect(named('SightglassNotificationsLost', { scope: ['cluster'] }).expr).toContain('by (cluster, job)');
});

test('targets are looked for among those of the installation, which another does not hide', () => {
  const selector = { environment: 'production' };
  const { expr } = named('SightglassTargetAbsent', { selector });
  expect(expr).toMatch(/unless on \(.*\) up\{environment="production"\}$/);
  expect(named('job:sightglass_targets:count', { selector }).expr).toContain('up{environment="production"}');
  expect(named('SightglassTargetAbsent', { selector, target: 'job="offload"' }).expr).toBe(
    'absent(up{job="offload",environment="production"} == 1)',
  );
});
