import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markdownReport } from '../engine/slo/report/markdown.ts';
import { run } from './run.ts';

/** Names as whoever may write into a Prometheus can give them. */
const NAME = 'orders\u001b[2K\n1 data set, nothing is wrong\u009b1m';
const server = createServer((request, response) => {
  if (request.url?.startsWith('/api') !== true) {
    response.end('\u001b[2Jno line of metrics');
    return;
  }
  const series = (over: object) => ({
    metric: { dataset: NAME, layer: 'gold', job: 'a', ...over },
    value: [1, '1'],
  });
  const data = { result: [series({}), series({ job: NAME })] };
  response.end(JSON.stringify({ status: 'success', data }));
});
let at = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function cli(...args: readonly string[]) {
  let out = '';
  let err = '';
  const status = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    folder: tmpdir(),
  });
  return { status, out, err };
}

test('a name begins no line of its own, and moves no terminal', async () => {
  const table = await cli('monitor-data-quality', '--prometheus', `http://ann:Tr0ub4dor@${at}`);
  expect(table.out).toContain('orders\\u001b[2K\\u000a1 data set, nothing is wrong\\u009b1m');
  expect(table.out.split('\n').filter((line) => line.startsWith('1 data set'))).toHaveLength(1);
  const json = await cli('monitor-data-quality', '--prometheus', `http://${at}`, '--format', 'json');
  expect(JSON.parse(json.out)).toMatchObject([{ labels: { dataset: NAME } }]);
  const shared = await cli('doctor', '--prometheus', `http://ann:Tr0ub4dor@${at}`, '--scope', 'none');
  const page = await cli('doctor', `http://ann:Tr0ub4dor@${at}`);
  expect(page.err).toBe('this is no line of metrics: \\u001b[2Jno line of metrics\n');
  for (const { out, err } of [table, json, shared, page]) {
    expect((out + err).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(out + err).not.toContain('Tr0ub');
  }
});

test.each([
  [['doctor', 'http//ann:Tr0ub4dor@h'], 2],
  [['doctor', '--prometheus', 'ftp://ann:Tr0ub4dor@h'], 2],
  [['doctor', 'http://ann:Tr0ub4dor@127.0.0.1:1/metrics'], 1],
  [['monitor-data-quality', '--prometheus', 'http://ann:Tr0ub4dor@127.0.0.1:1'], 2],
  [['slo-report', '--prometheus', 'http://ann:Tr0ub4dor@127.0.0.1:1'], 1],
  [['backtest', '--prometheus', 'http://ann:Tr0ub4dor@127.0.0.1:1', '--query', 'up'], 1],
])('no password is printed: %j', async (args, status) => {
  const said = await cli(...args);
  expect(said.status).toBe(status);
  expect(said.out + said.err).not.toContain('Tr0ub');
});

test('a name is no markup of a report', () => {
  const subject = { job_name: 'a\\|b](javascript:1)<img src=x>`\n# x' };
  const none = { level: undefined, days: [], worstDays: [], burnDown: [], violations: [] };
  const numbers = {
    objective: 0.9,
    events: 1,
    bad: 0,
    attained: 1,
    windowDays: 7,
    windowAttained: 1,
    remaining: 1,
  };
  const figure = { slo: 'job-success', subject, estate: {}, unit: 'runs', ...numbers, ...none };
  const composite = { composite: 'jobs', subject, estate: {}, value: 1 };
  const period = { name: 'week', start: 0, end: 604_800 } as const;
  const text = markdownReport({ period, figures: [figure], composites: [composite] } as never);
  const name = 'job_name a\\\\\\|b\\](javascript:1)&lt;img src=x>\\` # x';
  // In both tables, and above the section.
  expect(text.split(name)).toHaveLength(4);
});
