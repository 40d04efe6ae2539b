import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, startServerProcess, waitUntil } from '@sightglass/test-tools';
import { Redis } from 'ioredis';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { fromText, type Samples } from '../packaging/samples.ts';
import { justBeforeASecond } from './support.ts';

let redis: Redis;
let port: number;
beforeEach(async () => {
  const server = await startRedis();
  port = server.port;
  redis = new Redis(port, server.host);
  onTestFinished(async () => {
    redis.disconnect();
    await server.stop();
  });
});

async function startReplica() {
  const said = (log: string) => /^\{"url":.*\}$/m.exec(log)?.[0];
  const replica = await startServerProcess({
    name: 'replica',
    command: process.execPath,
    args: ['--conditions=@sightglass/source', join(import.meta.dirname, 'fixtures/replica.ts')],
    folder: await mkdtemp(join(tmpdir(), 'sightglass-replica-')),
    env: { PATH: '', REDIS: String(port) },
    isReady: (log) => said(log) !== undefined,
  });
  onTestFinished(replica.stop);
  const { url } = JSON.parse(said(replica.log())!) as { url: string };
  return { ...replica, scrape: async () => fromText(await (await fetch(`${url}/metrics`)).text()) };
}

const runs = (samples: Samples, status: string) =>
  samples[`job_runs_total{job_name="shared",status="${status}",trigger="scheduled"}`]!;
const gauge = (samples: Samples, name: string) => samples[`${name}{job_name="shared"}`];

describe('two replicas with a lock between them', () => {
  test('count each start once together: one runs it, the other leaves it, and neither misses it', async () => {
    const replicas = [await startReplica(), await startReplica()];
    const scrape = () => Promise.all(replicas.map((one) => one.scrape()));
    await waitUntil(
      async () => (await scrape()).every((one) => runs(one, 'skipped_lock') + runs(one, 'success') > 3),
      {
        what: 'four starts of each',
      },
    );
    // Between two starts nothing changes.
    await justBeforeASecond(400);
    const all = await scrape();
    const sum = (status: string) => all.reduce((total, one) => total + runs(one, status), 0);
    const max = (name: string) => Math.max(...all.map((one) => gauge(one, name) ?? 0));
    const ran = await redis.lrange('ran', 0, -1);
    expect(new Set(ran).size).toBe(ran.length);
    expect(sum('success')).toBe(ran.length);
    expect([sum('missed'), sum('failed'), sum('skipped_overlap')]).toEqual([0, 0, 0]);
    expect(sum('skipped_lock')).toBeGreaterThanOrEqual(4);
    expect(max('job_last_success_timestamp_seconds')).toBeCloseTo(
      Number(await redis.get('last success')) / 1000,
      0,
    );
    expect(max('job_next_run_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000);
  });
});

describe('a process that dies in the middle of a run', () => {
  test('has shown since when the run was under way, and the next process knows the last success', async () => {
    const first = await startReplica();
    await waitUntil(async () => runs(await first.scrape(), 'success') > 0, {
      what: 'a success',
    });
    const before = Date.now() / 1000;
    await redis.set('hang', 1);
    const stuck = await waitUntil(
      async () => {
        const samples = await first.scrape();
        return gauge(samples, 'job_running') === 1 && samples;
      },
      { what: 'a run that is stuck' },
    );
    const since = gauge(stuck, 'job_run_started_timestamp_seconds')!;
    expect(since).toBeGreaterThan(before - 1);
    expect(since).toBeLessThan(Date.now() / 1000);
    process.kill(first.pid, 'SIGKILL');
    await waitUntil(
      () =>
        first.scrape().then(
          () => false,
          () => true,
        ),
      { what: 'its end' },
    );

    const kept = Number(await redis.get('last success')) / 1000;
    const second = await startReplica();
    // It has to ask for it.
    const after = await waitUntil(
      async () => {
        const samples = await second.scrape();
        return gauge(samples, 'job_last_success_timestamp_seconds') !== undefined && samples;
      },
      { what: 'the last success' },
    );
    expect(gauge(after, 'job_last_success_timestamp_seconds')).toBe(kept);
    expect(kept).toBeLessThan(since);
    expect([runs(after, 'success'), runs(after, 'missed')]).toEqual([0, 0]);
  });
});
