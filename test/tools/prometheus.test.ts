import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPrometheus } from './prometheus.ts';
import { serverPath } from './server-path.ts';
import { useOwnTemporaryFolder } from './temporary.ts';
import { freePort, waitUntil } from './wait.ts';

useOwnTemporaryFolder();

const intervals = { scrapeIntervalSeconds: 0.2, evaluationIntervalSeconds: 0.2 };

/** A Prometheus that scrapes itself, and the ways to ask it. */
async function startSelfScraping(version: 2 | 3) {
  const port = await freePort();
  const scrape = { job: 'dead', targets: [`127.0.0.1:${port}`], labels: { tier: 'cold' } };
  const prometheus = await startPrometheus({ version, scrape: [scrape], ...intervals });
  onTestFinished(prometheus.stop);
  return { prometheus, port };
}

const versions = [2, 3].filter((version) => version === 2 || serverPath('prometheus3')) as (2 | 3)[];

test.each(versions)('Prometheus %i scrapes, answers queries and is gone after stop', async (version) => {
  const { prometheus, port } = await startSelfScraping(version);
  const [up] = await waitUntil(async () => nonEmpty(await prometheus.query('up')), {
    what: 'a scrape',
  });
  expect(up?.labels).toEqual({ __name__: 'up', instance: `127.0.0.1:${port}`, job: 'dead', tier: 'cold' });
  expect(up?.value).toBe(0);
  expect(Math.abs((up?.timestampSeconds ?? 0) - Date.now() / 1000)).toBeLessThan(60);

  const [build] = await prometheus.query('1 / vector(0)');
  expect(build?.value).toBe(Number.POSITIVE_INFINITY);
  expect(await prometheus.query('scalar(vector(7))', 1000)).toEqual([
    { labels: {}, value: 7, timestampSeconds: 1000 },
  ]);
  const [range] = await prometheus.queryRange('vector(time())', {
    start: 100,
    end: new Date(130_000),
    stepSeconds: 15,
  });
  expect(range?.points.map(({ value }) => value)).toEqual([100, 115, 130]);
  await expect(prometheus.query('up[')).rejects.toThrow(/parse error/);

  const [target] = await prometheus.targets();
  expect(target).toMatchObject({ health: 'down', scrapeUrl: `http://127.0.0.1:${port}/metrics` });
  expect(target?.lastError).toContain('refused');

  await prometheus.stop();
  await expect(fetch(`${prometheus.url}/-/ready`)).rejects.toThrow();
});

test('rules are evaluated, read again on reload, and refused with Prometheus’s own words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'rules.yml');
  const write = (name: string, expr: string) =>
    writeFile(file, JSON.stringify({ groups: [{ name: 'g', rules: [{ record: name, expr }] }] }));
  await write('first', 'vector(1)');
  const prometheus = await startPrometheus({ ruleFiles: [file], scrape: [], ...intervals });
  onTestFinished(prometheus.stop);
  const health = async () =>
    (await prometheus.rules()).flatMap(({ rules }) => rules.map(({ name, health }) => `${name} ${health}`));
  await waitUntil(async () => (await health())[0] === 'first ok', {
    what: 'the rule to be evaluated',
  });

  await write('second', 'vector(2)');
  await prometheus.reload();
  await waitUntil(async () => (await prometheus.query('second'))[0]?.value === 2, {
    what: 'the new rule',
  });

  await write('third', 'vector(');
  await expect(prometheus.reload()).rejects.toThrow(/parse error|failed to (re)?load/);
  expect(await prometheus.alerts()).toEqual([]);
});

test('a configuration that Prometheus refuses is an error that has its log', async () => {
  const broken = startPrometheus({ scrape: [], ...intervals, extraConfig: { no_such_section: 1 } });
  await expect(broken).rejects.toThrow(/no_such_section/);
});

const nonEmpty = <T>(list: readonly T[]) => (list.length > 0 ? list : undefined);
