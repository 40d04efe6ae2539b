import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from '@sightglass/test-tools';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderRules } from '../../render.ts';
import { offload } from '../offload/index.ts';
import { telemetry } from './index.ts';

/* Two installations of the rules in one Prometheus: one for production and one for staging. */

const folder = mkdtempSync(join(tmpdir(), 'sightglass-installations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENVIRONMENTS = ['production', 'staging'];
const rules = ENVIRONMENTS.map((environment) => {
  const files = renderRules({
    mixins: [telemetry, offload],
    selector: { environment },
    target: 'job="offload"',
  });
  const file = `${environment}.yml`;
  writeFileSync(join(folder, file), files.find((each) => each.file === 'telemetry.yml')!.yaml);
  return file;
});

/** The targets of an environment: there for ten minutes, and then as long as it lives. */
const targets = (environment: string, lives: boolean) => {
  const labels = `environment="${environment}",instance="${environment}:9464",job="offload"`;
  const values = lives ? '1x120' : '1x10 stale';
  return {
    [`up{${labels}}`]: values,
    [`offload_interval_seconds{${labels},layer="bronze"}`]: values,
  };
};

/** Expects exactly these firing alerts of the name after an hour, in both generations of Prometheus. */
async function expectFiring(
  series: { readonly [series: string]: string },
  alert: string,
  firing: readonly string[],
): Promise<void> {
  const story = join(folder, 'story.yml');
  const query = `count by (environment, job) (ALERTS{alertname="${alert}",alertstate="firing"})`;
  writeFileSync(
    story,
    stringify({
      rule_files: rules,
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [
            { expr: query, eval_time: '1h', exp_samples: firing.map((labels) => ({ labels, value: 1 })) },
          ],
        },
      ],
    }),
  );
  for (const version of [2, 3] as const) {
    const { code, stdout, stderr } = await promtool(['test', 'rules', story], { cwd: folder, version });
    expect(code, stdout + stderr).toBe(0);
  }
}

test('targets of production that are gone are told of, though those of staging are there', () =>
  expectFiring({ ...targets('production', false), ...targets('staging', true) }, 'SightglassTargetAbsent', [
    '{environment="production"}',
  ]));

test('nothing is told while the targets of both are there', () =>
  expectFiring(
    { ...targets('production', true), ...targets('staging', true) },
    'SightglassTargetAbsent',
    [],
  ));

test('what is lost on the way that both share is one alert', () =>
  expectFiring(
    {
      'alertmanager_notifications_failed_total{instance="a",integration="slack",job="alertmanager",reason="other"}':
        '0+5x120',
    },
    'SightglassNotificationsLost',
    ['{job="alertmanager"}'],
  ));
