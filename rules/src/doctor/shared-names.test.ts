import { startEndpoint } from '@sightglass/core/endpoint';
import { declareJob } from '@sightglass/scheduler';
import { startPrometheus } from '@sightglass/test-tools';
import { expect, test } from 'vitest';
import { run } from '../cli/run.ts';

test('doctor says of a real Prometheus which names two services share, and which target label would keep them apart', async () => {
  declareJob({ name: 'cleanup', intervalSeconds: 600 });
  const endpoint = await startEndpoint({ port: 0 });
  const target = new URL(endpoint.url!).host.replace('localhost', '127.0.0.1');
  const prometheus = await startPrometheus({
    scrape: [
      { job: 'billing', targets: [target], labels: { team: 'money', region: 'eu' } },
      { job: 'search', targets: [target], labels: { team: 'finders', region: 'eu' } },
    ],
    scrapeIntervalSeconds: 1,
    evaluationIntervalSeconds: 1,
  });
  const doctor = async (...args: readonly string[]) => {
    let out = '';
    const write = (text: string) => {
      out += text;
    };
    const status = await run(['doctor', '--prometheus', prometheus.url, ...args], {
      out: write,
      err: write,
      folder: '.',
    });
    return { status, out };
  };
  try {
    await expect
      .poll(() => doctor(), { timeout: 300_000, interval: 500 })
      .toEqual({
        status: 1,
        out: `Names: 1 is shared by several services
  shared  job_name="cleanup": billing, search
           --scope team would tell them apart: finders, money

`,
      });
    expect(await doctor('--scope', 'team')).toEqual({
      status: 0,
      out: 'Names: 0 are shared by several services\n',
    });
    expect(await doctor('--scope', 'region')).toMatchObject({ status: 1 });
  } finally {
    await prometheus.stop();
    await endpoint.close();
  }
});
