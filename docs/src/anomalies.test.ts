import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { buildRules, type Mixin, shippedAlerts } from '@sightglass/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../../rules/src/backtest/faults.ts';
import { USAGE } from '../../rules/src/cli/usage.ts';

/* What `docs/anomalies.md` says, pasted: each block runs as it stands. Its tables are held by `rules/src/engine/anomalies/anomalies.test.ts`. */

const page = await readFile(new URL('../anomalies.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function paste(name: string, code: string): Promise<{ readonly [name: string]: unknown }> {
  const file = join(folder, `${name}.ts`);
  await writeFile(file, code);
  return import(file);
}

test('runs are recorded, and kept in the file over a restart', async () => {
  await paste('runs', blocks[0]!);
  expect(await readExposition()).toContain('statistic_last_value{statistic="trades",kind="volume"} 48210');
  expect(await readExposition()).toContain('statistic_last_value{statistic="nightly",kind="duration"} 612');
  await paste('declared', blocks[1]!);
  expect(await readExposition()).toContain(
    'statistic_last_value{statistic="silver.trades",kind="volume"} 48210',
  );
  const kept = join(folder, 'kept.json');
  const code = blocks[2]!
    .replace("'trades-volume.json'", JSON.stringify(kept))
    .replaceAll("'trades'", "'kept'");
  const imports = "import { declareStatistic } from '@sightglass/pipeline';\n";
  await writeFile(kept, JSON.stringify(Array.from({ length: 8 }, (_, i) => 100 + i)));
  const { statistic } = (await paste(
    'kept',
    `${imports}${code.replace('declareStatistic({', 'export const statistic = declareStatistic({')}`,
  )) as {
    statistic: { record(value: number): void; readonly values: readonly number[] };
  };
  statistic.record(500);
  await expect.poll(() => statistic.values.length).toBe(9);
  await expect.poll(async () => JSON.parse(await readFile(kept, 'utf8'))).toHaveLength(9);
  const score = /statistic_score\{statistic="kept",kind="volume"\} (\S+)/.exec(await readExposition());
  expect(Number(score?.[1])).toBeGreaterThan(3);
});

test('an anomaly that stays is told of for as many runs as it says', async () => {
  const { declareStatistic } = await import('@sightglass/pipeline');
  const untilUsual = async (method: 'z_score' | 'robust'): Promise<number> => {
    const statistic = declareStatistic({ name: `stays-${method}`, kind: 'volume', method, window: 30 });
    for (let i = 0; i < 30; i++) statistic.record(100);
    for (let runs = 0; ; runs++) {
      statistic.record(0);
      const of = `statistic_score{statistic="stays-${method}",kind="volume"} `;
      const score = (await readExposition()).split(of)[1]?.split('\n')[0];
      if (Math.abs(Number(score)) <= (method === 'z_score' ? 3 : 3.5) + 1e-9) return runs;
    }
  };
  const [z, robust] = [await untilUsual('z_score'), await untilUsual('robust')];
  expect(page.replaceAll(/\s+/g, ' ')).toContain(
    `after ${z} runs by mean and deviation and after ${robust} by median`,
  );
});

test('the mixin of a metric of your own can be rendered', async () => {
  const { shop } = (await paste('shop', blocks[3]!)) as { shop: Mixin };
  const rules = buildRules({ mixins: [shop] }).flatMap(({ groups }) =>
    groups.flatMap((group) => group.rules.map((rule) => ('alert' in rule ? rule.alert : rule.record))),
  );
  expect(rules).toEqual(expect.arrayContaining(['shop:shop_orders:seasonal_score', 'ShopOrdersUnusual']));
});

test('the alerts that it names are all that there are, and none pages', () => {
  const own = shippedAlerts.filter(({ component }) => component === 'anomaly');
  expect(new Set(page.match(/Anomaly[A-Z]\w+/g))).toEqual(new Set(own.map(({ alert }) => alert)));
  for (const { severity } of own) expect(severity).toBe('warning');
});

test('the options and faults of the back-test that it names are there', () => {
  const section = page.slice(page.indexOf('## How often'));
  for (const [option] of section.matchAll(/--[a-z]+\b(?!-)/g)) expect(USAGE).toContain(option);
  for (const { name } of FAULTS.filter(({ name }) => name !== 'gap')) expect(section).toContain(`${name} `);
});
