import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gauge, info } from '@sightglass/core';
import { defineMixin, type Mixin, promql, renderRules, seconds } from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { promtool } from '@sightglass/test-tools';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';

/*
 * Who answers for a thing is read from series that a thing may lack: nobody declared it, or the label means something else to this team. Its
 * alerts come all the same.
 */

const burnt = gauge('cakes_burnt', { help: 'Burnt cakes.', labels: ['layer', 'oven'] });
const baker = info('cakes_baker_info', { help: 'Who bakes.', labels: ['oven', 'owner'] });
const asleep = gauge('cakes_baker_asleep', { help: 'Whom nobody wakes.', labels: ['oven'] });

const bakers = {
  record: 'oven_owner_pages:cakes_ownership:info',
  labels: ['oven', 'owner', 'pages'],
  expr: promql`label_replace(${baker} and on (oven) ${asleep}, "pages", "false", "", "") or on (oven) ${baker}`,
};

const burning = (by: string) =>
  ({
    alert: 'CakesBurn',
    expr: promql`max by (${{ raw: by }}) (${burnt}) > ${3}`,
    noForReason: 'They burn now.',
    severity: 'critical',
    summary: 'Cakes burn.',
    description: 'Cakes burn.',
    impact: 'No cake.',
    action: 'Open the oven.',
    runbook: 'cakes',
    dashboard: { uid: 'cakes', panel: 'Burnt' },
  }) as const;

const cakes = (by: string, owners: Pick<Mixin, 'owners'> = {}) =>
  defineMixin({
    name: 'cakes',
    about: 'Cakes of several layers.',
    metrics: [{ exportedBy: 'bake()', metrics: [burnt, baker, asleep] }],
    groups: () => [{ name: 'cakes', interval: seconds(30), rules: [bakers, burning(by)] }],
    ...owners,
  });

/** Plays a minute of it, and compares the alerts that fire with these labels of theirs. */
async function fires(mixin: Mixin, series: readonly string[], ...labels: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-owners-'));
  try {
    const { yaml } = renderRules({ mixins: [...shipped, mixin] }).find(({ file }) => file === 'cakes.yml')!;
    await writeFile(join(folder, 'cakes.yml'), yaml);
    await writeFile(
      join(folder, 'story.yml'),
      stringify({
        rule_files: ['cakes.yml'],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: series.map((each) => ({
              series: each,
              values: each.startsWith('cakes_burnt') ? '4x5' : '1x5',
            })),
            promql_expr_test: [
              {
                eval_time: '3m',
                expr: 'ALERTS',
                exp_samples: labels.map((own) => ({
                  labels: `ALERTS{alertname="CakesBurn",alertstate="firing",component="cakes",${own}}`,
                  value: 1,
                })),
              },
            ],
          },
        ],
      }),
    );
    for (const version of [2, 3] as const) {
      const { code, stdout, stderr } = await promtool(['test', 'rules', 'story.yml'], {
        cwd: folder,
        version,
      });
      expect(code === 0 ? '' : stdout + stderr).toBe('');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('an alert on a thing that is called by a label of ours, and is no thing of ours, fires without an owner', () =>
  fires(cakes('layer'), ['cakes_burnt{layer="sponge",oven="1"}'], 'layer="sponge",severity="critical"'));

test('an alert on a thing of which nobody says who answers for it fires without an owner, as it was declared', () =>
  fires(
    cakes('oven', { owners: { of: ['oven'], ownership: bakers } }),
    [
      'cakes_burnt{layer="sponge",oven="1"}',
      'cakes_burnt{layer="sponge",oven="2"}',
      'cakes_burnt{layer="sponge",oven="3"}',
      'cakes_baker_info{oven="2",owner="ann"}',
      'cakes_baker_info{oven="3",owner="bob"}',
      'cakes_baker_asleep{oven="3"}',
    ],
    'oven="1",severity="critical"',
    'oven="2",owner="ann",severity="critical"',
    'oven="3",owner="bob",severity="warning"',
  ));
