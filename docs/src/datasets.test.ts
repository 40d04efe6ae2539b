import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { shippedAlerts } from '@sightglass/rules';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';

/* What `docs/datasets.md` says, pasted: each block runs as it stands, against a stand-in for the pool of the host. */

const page = await readFile(new URL('../datasets.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
const blockWith = (text: string) => blocks.find((code) => code.includes(text))!;

const asked: string[] = [];
const host = {
  pool: {
    query: async (text: string) => {
      asked.push(text);
      return { rows: [{ newest: new Date(1_767_225_600_000) }] };
    },
  },
};

let folder: string;
beforeAll(async () => {
  Object.assign(globalThis, host);
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a block, and gives what the process exports afterwards. */
async function pasted(code: string): Promise<string> {
  const file = join(folder, `block-${blocks.indexOf(code)}.ts`);
  // A port that is free, so that nothing else on the machine is in the way.
  const end = code.includes('telemetry =') ? '\nexport const ends = telemetry;\n' : '';
  await writeFile(file, code.replace('port: 9464', 'port: 0') + end);
  const { ends } = await import(file);
  const text = await readExposition();
  await ends?.shutdown();
  return text;
}

describe('pasted', () => {
  test('the ten lines', async () => {
    const text = await pasted(blockWith('startTelemetry'));
    const of = 'dataset="measurements",layer="gold"';
    for (const line of [
      `dataset_freshness_objective_seconds{${of}} 7200`,
      `dataset_freshness_warning_seconds{${of}} 3600`,
      `dataset_newest_record_timestamp_seconds{${of}} 1767225600`,
      `dataset_quality_score_ratio{${of},suite="gold_suite"} 0.975`,
      `dataset_missing_records{${of}} 20`,
      `dataset_loaded_rows_total{${of}} 12480`,
      `dataset_values_out_of_range{${of},column="pm25"} 0`,
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('checks, and the table of them', async () => {
    await pasted(blockWith('keepQualityChecks'));
    const created = asked.find((text) =>
      text.startsWith('CREATE TABLE IF NOT EXISTS "data_quality_metrics"'),
    );
    expect(created).toBeDefined();
    for (const column of page.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \| /gm))
      for (const [, name] of column[1]!.matchAll(/`([a-z_]+)`/g))
        if (name?.includes('_') && !name.startsWith('pipeline')) expect(created).toContain(`  ${name} `);
    const text = await pasted(blockWith("suite: 'nightly'"));
    const of = 'dataset="stations",layer="silver"';
    for (const line of [
      `dataset_check_warned_expectations{${of},suite="silver_suite"} 2`,
      `dataset_checks_total{${of},suite="nightly",status="errored"} 1`,
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('freshness, records and schema by hand', async () => {
    const text = await pasted(blockWith('recordValueRange('));
    const of = 'dataset="stations",layer="silver"';
    for (const line of [
      `dataset_loads_total{${of},outcome="zero_rows"} 1`,
      `dataset_completeness_ratio{${of}} 0.9375`,
      `dataset_value_largest{${of},column="altitude"} 8849`,
      `dataset_schema_differences{${of}} 0`,
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('the SLO', async () => {
    const file = join(folder, 'slo.ts');
    await writeFile(file, blockWith('datasetSlo'));
    const { promises } = await import(file);
    expect(promises.slos).toHaveLength(1);
    expect(promises.slos[0]).toMatchObject({ name: 'data-age', sli: { kind: 'freshness' } });
  });
});

test('every alert on data sets is there', () => {
  const alerts = shippedAlerts.map(({ alert }) => alert).filter((alert) => alert.startsWith('Dataset'));
  const silent = ['DatasetDisabled', 'DatasetUnreadable', 'DatasetExpectationsWarned'];
  expect(alerts.filter((alert) => !page.includes(`\`${alert}\``) && !silent.includes(alert))).toEqual([]);
});

test('the command is what the usage says', async () => {
  const out: string[] = [];
  const io = { out: (text: string) => void out.push(text), err: () => {}, folder };
  expect(await run(['--help'], io)).toBe(0);
  expect(out.join('')).toContain('monitor-data-quality --prometheus URL');
});
