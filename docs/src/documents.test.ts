import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { DOCUMENT_FORMATS } from '@sightglass/pipeline';
import { shippedAlerts } from '@sightglass/rules';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dbtSources } from '../../packages/pipeline/src/documents/fixtures.support.ts';

/* What `docs/documents.md` says, pasted. What it says of each format is held by `packages/pipeline/src/documents/documents.test.ts`. */

const page = await readFile(new URL('../documents.md', import.meta.url), 'utf8');
const [code] = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block!);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder of documents is read', async () => {
  await writeFile(join(folder, 'sources.json'), JSON.stringify(dbtSources));
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  await writeFile(join(folder, 'read.ts'), code!.replace("'target'", JSON.stringify(folder)));
  await import(join(folder, 'read.ts'));
  expect(said).toHaveBeenCalledWith('1 read, 0 could not be');
  expect(await readExposition()).toContain(
    'dataset_quality_score_ratio{dataset="shop.orders",layer="default",suite="dbt_freshness"} 1',
  );
});

test('the formats that it names are those that are read, and the alert is there', () => {
  const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, format]) => format);
  expect(named.sort()).toEqual(DOCUMENT_FORMATS.filter((format) => format !== 'unknown').toSorted());
  expect(shippedAlerts.map(({ alert }) => alert)).toContain('DatasetCheckMissing');
});
