import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, describe as group, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { isOfPrometheus } from '../doctor/subjects.ts';
import { selectorOf } from '../engine/check/selector.ts';
import { nodes, parseQuery } from '../engine/check/tree.ts';
import { run } from './run.ts';

const ESTATES = ['prod', 'staging'] as const;

const folder = mkdtempSync(join(tmpdir(), 'sightglass-renderings-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  for (const env of ESTATES) {
    const args = ['render', '--out', env, '--selector', `env=${env}`];
    expect(await run(args, { out: () => {}, err: () => {}, folder })).toBe(0);
  }
});

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly [label: string]: string };
}

const ruleFiles = (env: string) =>
  readdirSync(join(folder, env))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => join(folder, env, file));

const rulesOf = (env: string): readonly Rule[] =>
  ruleFiles(env).flatMap((file) =>
    (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
      ({ rules }) => rules,
    ),
  );

/** What an expression reads of services, as `metric` with the matchers on `env`. */
const readsOf = ({ expr }: Rule) => {
  const query = parseQuery(expr);
  return nodes(query, 'VectorSelector')
    .map((node) => selectorOf(query, node))
    .filter(({ metric = '' }) => !isOfPrometheus(metric) || metric === 'ALERTS' || metric === 'up');
};

group('A30: two renderings with different selectors, loaded by one Prometheus and one Alertmanager', () => {
  test.each(ESTATES)('that of %s reads its own estate alone, and writes and tells of that alone', (env) => {
    for (const rule of rulesOf(env)) {
      const reads = readsOf(rule);
      for (const { metric, matchers } of reads) {
        const of = matchers.filter(({ label }) => label === 'env');
        expect(of, `${rule.record ?? rule.alert} reads ${metric}`).toMatchObject([
          { operator: '=', value: env },
        ]);
      }
      const isOfEstate = rule.record !== undefined || reads.length > 0;
      if (isOfEstate) expect(rule.labels, rule.record ?? rule.alert).toMatchObject({ env });
      // What is about Prometheus itself is the same in both, and so one alert.
      else
        expect(rulesOf('prod').some(({ alert, expr }) => alert === rule.alert && expr === rule.expr)).toBe(
          true,
        );
    }
  });

  test('nothing of one holds back, or is told with, what is of the other', () => {
    const [own, other] = ESTATES.map((env) =>
      readFileSync(join(folder, env, 'alertmanager/alertmanager.yml'), 'utf8'),
    );
    // Whichever is loaded.
    expect(own).toBe(other);
    const { route, inhibit_rules } = parse(own!) as {
      route: { group_by: string[]; routes: { group_by?: string[] }[] };
      inhibit_rules: { equal: string[] }[];
    };
    for (const { equal } of inhibit_rules) expect(equal).toContain('env');
    for (const { group_by = route.group_by } of [route, ...route.routes]) expect(group_by).toContain('env');
  });

  test('each fires for what is of its estate, though the names are the same', async () => {
    const job = (env: string, state: 'enabled' | 'disabled') => {
      const labels = `env="${env}",job="api",instance="${env}:80",job_name="cleanup"`;
      const always = (series: string, value: number) => ({ series, values: `${value}+0x40` });
      return [
        always(`job_interval_seconds{${labels}}`, 60),
        always(`job_freshness_objective_seconds{${labels}}`, 600),
        always(`job_last_success_timestamp_seconds{${labels}}`, 0),
        always(`job_lifecycle_state{${labels},state="${state}"}`, 1),
      ];
    };
    const story = {
      evaluation_interval: '30s',
      rule_files: ESTATES.map((env) => join(folder, env, 'jobs.yml')),
      tests: [
        {
          interval: '30s',
          input_series: [...job('prod', 'enabled'), ...job('staging', 'disabled')],
          promql_expr_test: [
            {
              eval_time: '18m',
              expr: 'count by (alertname, env) (ALERTS{alertname=~"JobStale|JobDisabled",alertstate="firing"})',
              exp_samples: [
                { labels: '{alertname="JobDisabled", env="staging"}', value: 1 },
                { labels: '{alertname="JobStale", env="prod"}', value: 1 },
              ],
            },
            {
              eval_time: '18m',
              expr: 'count by (env) (job_name:job_enabled:last_known)',
              exp_samples: ESTATES.map((env) => ({ labels: `{env="${env}"}`, value: 1 })),
            },
          ],
        },
      ],
    };
    writeFileSync(join(folder, 'story.yml'), stringify(story));
    const { code, stdout, stderr } = await promtool(['test', 'rules', 'story.yml'], {
      cwd: folder,
      version: 2,
    });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });
});
