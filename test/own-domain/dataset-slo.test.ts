import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetSlo, defineMixin, renderRules } from '@sightglass/rules';
import { datasets } from '@sightglass/rules/mixins';
import { promtool } from '@sightglass/test-tools';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startProcess } from '../scenario/world/process.ts';
import { SeriesHistory } from '../scenario/world/series-history.ts';

/*
 * What a team writes into its `sightglass.config.ts` to promise how old its data is.
 */

const promise = { owner: 'team-air', runbook: 'datasets', objective: 0.99, windowDays: 30 } as const;
const air = defineMixin({
  name: 'air',
  about: 'What is promised of the air.',
  slos: [
    datasetSlo({
      ...promise,
      name: 'data-age',
      description: 'For 99 % of any 30 days the newest measurement is less than a day old.',
      layers: ['gold'],
      ageWithinSeconds: 86_400,
    }),
    datasetSlo({
      ...promise,
      name: 'declared-age',
      description: 'For 99 % of any 30 days each data set is as new as it says.',
      datasets: ['measurements', 'stations'],
    }),
  ],
});

const STEP = 300;
const HOUR = 3_600 / STEP;
/** At which an age is no time. */
const BEGAN = 90_000;

/** Measurements of 23 hours ago, and no newer ones, stations that go on, one that is emptied, one that is disabled. */
async function history() {
  const process = await startProcess(BEGAN * 1_000);
  const set = (name: string, layer = 'gold') =>
    process.pipeline.declareDataset({ name, layer, freshnessObjectiveSeconds: 7_200 });
  const [stops, goesOn, emptied, disabled] = ['measurements', 'stations', 'emptied', 'disabled'].map(
    (name) => {
      const dataset = set(name);
      dataset.fresh(BEGAN - 23 * 3_600);
      return dataset;
    },
  );
  set('stations', 'bronze').fresh(BEGAN);
  disabled?.disable();
  expect(stops?.state).toBe('enabled');
  const found = new SeriesHistory();
  for (let i = 0; i <= 2 * HOUR; i++) {
    const now = BEGAN + i * STEP;
    goesOn?.fresh(now);
    if (i === HOUR / 2) emptied?.fresh(null);
    found.scraped(i + BEGAN / STEP, await process.scrape());
    process.pass(STEP);
  }
  return found.inputSeries({ job: 'air', instance: 'air:1' });
}

const everyStep = (yaml: string) => yaml.replaceAll(/interval: (30s|1m)$/gm, 'interval: 5m');

/** Of the rules of SLOs those that judge time: burn rates and budgets are the engine's, and are told of elsewhere. */
function slicesOf(yaml: string): string {
  const { groups } = parse(everyStep(yaml)) as { groups: { rules: { record?: string }[] }[] };
  const judging = groups.map((group) => ({
    ...group,
    rules: group.rules.filter(({ record = '' }) => /^slo:(limit|limit_changed|good_slice):/.test(record)),
  }));
  return stringify({ groups: judging.filter(({ rules }) => rules.length > 0) });
}

const slices = (hours: number, slo: string, samples: { readonly [dataset: string]: number }) => ({
  eval_time: `${BEGAN + hours * 3_600}s`,
  expr: `sum by (dataset) (slo:good_slice:bool{slo="${slo}"})`,
  exp_samples: Object.entries(samples).map(([dataset, value]) => ({
    labels: `{dataset="${dataset}"}`,
    value,
  })),
});

test('data that is older than a day, or gone, uses up the budget; what a person disabled promises nothing (000-S3)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-data-age-'));
  try {
    for (const { file, yaml } of renderRules({ mixins: [datasets, air] }))
      await writeFile(join(folder, file), file === 'slo.yml' ? slicesOf(yaml) : everyStep(yaml));
    await writeFile(
      join(folder, 'story.yml'),
      stringify({
        rule_files: ['datasets.yml', 'slo.yml'],
        evaluation_interval: '5m',
        tests: [
          {
            interval: '5m',
            input_series: await history(),
            promql_expr_test: [
              slices(1, 'data-age', { measurements: 1, stations: 1, emptied: 0 }),
              slices(1.5, 'data-age', { measurements: 0, stations: 1, emptied: 0 }),
              slices(1, 'declared-age', { measurements: 0, stations: 2 }),
            ],
          },
        ],
      }),
    );
    const { code, stdout, stderr } = await promtool(['test', 'rules', 'story.yml'], { cwd: folder });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('what can not be judged is refused at once', () => {
  expect(() => datasetSlo(undefined as never)).toThrow(/SLO/);
});
