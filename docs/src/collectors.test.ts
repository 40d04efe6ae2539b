import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { stopSqlCollectors } from '@sightglass/pipeline';
import { shippedAlerts } from '@sightglass/rules';
import { type Postgres, startPostgres } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* What `docs/collectors.md` says, pasted: each block runs as it stands, against a real Postgres. */

const page = await readFile(new URL('../collectors.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

let postgres: Postgres;
let pool: pg.Pool;
let folder: string;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = new pg.Pool({ connectionString: postgres.url });
  pool.on('error', () => {});
  await pool.query(
    `create table measurements (measured_at timestamptz); insert into measurements values (now());
     create table checks (layer text, score float8); insert into checks values ('gold', 0.5), ('gold', 1);
     create table orders (id bigserial primary key, country text); insert into orders (country) values ('CH')`,
  );
  Object.assign(globalThis, { pool, duck: { all: async () => [{ table: 'a', value: 7 }] } });
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(async () => {
  await stopSqlCollectors();
  await rm(folder, { recursive: true, force: true });
  await pool?.end();
  await postgres?.stop();
});

test('the blocks run as they stand, and export what the page says', async () => {
  for (const [at, code] of blocks.entries()) {
    const file = join(folder, `block-${at}.ts`);
    await writeFile(file, `${code}\nexport {};\n`);
    await import(file);
  }
  await expect.poll(() => readExposition()).toMatch(/measurement_score_ratio\{layer="gold"\} 0\.75[\s\S]*/);
  await expect.poll(() => readExposition()).toMatch(/duck_rows\{table="a"\} 7/);
  expect(await readExposition()).toMatch(
    /dataset_newest_record_timestamp_seconds\{dataset="measurements",layer="gold"\} 1/,
  );
});

test('the alerts of the page are those that ship, with their severities', () => {
  const told = [...page.matchAll(/^\| `(Collector\w+)` \| (\w+) \|/gm)].map(([, name, severity]) => [
    name,
    severity,
  ]);
  const ships = shippedAlerts
    .filter(({ alert }) => alert.startsWith('Collector'))
    .map(({ alert, severity }) => [alert, severity]);
  expect(told.sort()).toEqual(ships.sort());
});
