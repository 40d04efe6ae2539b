import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const ADMIN_TOKEN = 'a-token-of-some-length';

it('has the schedule and the objectives of the reference when nothing but the token is set', () => {
  expect(readConfig({ ADMIN_TOKEN })).toMatchObject({
    schedule: '0 */6 * * *',
    durationObjectiveSeconds: 60,
    freshnessObjectiveSeconds: 28_800,
    itemsObjective: 50,
    sourceTimeoutSeconds: undefined,
    databaseUrl: undefined,
    controlPort: undefined,
  });
});

it('has no token unless one is given, and takes none that is short', () => {
  expect(() => readConfig({})).toThrow(/ADMIN_TOKEN, or the file ADMIN_TOKEN_FILE, must hold at least 16/);
  expect(() => readConfig({ ADMIN_TOKEN: 'changeme' })).toThrow(/at least 16/);
  expect(() => readConfig({ ADMIN_TOKEN_FILE: '/nowhere/token' })).toThrow(/can't be read: ENOENT/);
});

it('reads the token from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-token-'));
  const file = join(folder, 'token');
  await writeFile(file, `${ADMIN_TOKEN}\n`, { mode: 0o600 });
  expect(readConfig({ ADMIN_TOKEN_FILE: file }).adminToken).toBe(ADMIN_TOKEN);
  await rm(folder, { recursive: true });
});

it('lists everything that is wrong', () => {
  const wrong = () => readConfig({ ITEMS_OBJECTIVE: 'many', METRICS_PORT: '70000' });
  expect(wrong).toThrow(/ADMIN_TOKEN/);
  expect(wrong).toThrow(/ITEMS_OBJECTIVE must be a number from 1, not "many"/);
  expect(wrong).toThrow(/METRICS_PORT must be a number from 0 to 65535/);
});
