import { join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { installedKinds, NODE } from './kinds.ts';
import { type RuntimeName, runtimeCommand } from './runtimes.ts';
import { fromText, type Samples } from './samples.ts';

/* What of the library works on what is not Node, and what it says of the rest. */

interface Said {
  readonly problems: readonly string[];
  readonly probes: readonly number[];
  readonly warnings: readonly string[];
  readonly scrape: string;
}

let folder: string;
beforeAll(async () => {
  folder = await installedKinds();
});

async function runsEverywhere(command: readonly [string, ...string[]]): Promise<Said> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await runProgram(program, [...args, join(folder, 'everywhere.mjs')], {
    cwd: folder,
    env: { HOME: folder, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Said;
}

/** What every service records, whatever it runs on. */
const RECORDED: Samples = {
  'invoices_sent_total{outcome="ok"}': 2,
  'invoices_sent_total{outcome="bounced"}': 0,
  'job_runs_total{job_name="nightly",status="success",trigger="scheduled"}': 1,
  'job_runs_total{job_name="nightly",status="failed",trigger="scheduled"}': 1,
  'offload_rows_total{layer="bronze",table="trades"}': 120,
  'queue_processed_items_total{outcome="success",queue="mails"}': 4,
  'http_client_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",server_address="127.0.0.1",server_port="PORT"}': 1,
};
const SERVED =
  'http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",url_scheme="http"}';

const samplesOf = ({ scrape }: Said) =>
  fromText(scrape.replaceAll(/server_port="\d+"/g, 'server_port="PORT"'));
const measured = (samples: Samples, name: string) =>
  Object.keys(samples).some((series) => series.startsWith(name));

const RUNTIMES: readonly {
  name: RuntimeName;
  serves: boolean;
  heap: boolean;
  warnings: readonly RegExp[];
}[] = [
  {
    name: 'Bun',
    serves: false,
    heap: false,
    warnings: [
      /^Bun does not say how busy and how late its event loop is.* and neither is the heap\.$/,
      /^Bun tells nobody of the requests to its servers: observeHttpServer\(\) measures none here\.$/,
      /^Bun tells nobody of what its fetch asks: observeHttpClient\(\) measures node:http alone here\.$/,
    ],
  },
  {
    name: 'Deno',
    serves: true,
    heap: true,
    warnings: [
      /^Deno does not say how busy and how late its event loop is.* not measured here\.$/,
      /^Deno tells nobody of what its fetch asks: observeHttpClient\(\) measures node:http alone here\.$/,
    ],
  },
];

describe.each(RUNTIMES)('$name', ({ name, serves, heap, warnings }) => {
  test('records and serves, says once what it can not measure, and gives no figure of that', async () => {
    const said = await runsEverywhere(runtimeCommand(folder, name));
    expect(said).toMatchObject({ problems: [], probes: [200, 200, 200] });
    expect(said.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
    const samples = samplesOf(said);
    expect(samples).toMatchObject(RECORDED);
    expect(samples[SERVED]).toBe(serves ? 1 : undefined);
    expect(measured(samples, 'process_resident_memory_bytes')).toBe(true);
    expect(measured(samples, 'nodejs_eventloop_')).toBe(false);
    expect(measured(samples, 'v8js_memory_heap_used_bytes')).toBe(heap);
    expect(measured(samples, 'nodejs_heap_size_limit_bytes')).toBe(heap);
  });
});

test('Node measures all of it, and has nothing to say', async () => {
  const said = await runsEverywhere([NODE]);
  expect(said).toMatchObject({ problems: [], probes: [200, 200, 200], warnings: [] });
  const samples = samplesOf(said);
  expect(samples).toMatchObject({ ...RECORDED, [SERVED]: 1 });
  for (const name of ['nodejs_eventloop_utilization_ratio', 'v8js_memory_heap_used_bytes'])
    expect(measured(samples, name)).toBe(true);
});
