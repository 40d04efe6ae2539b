import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const WAYS = {
  'start-telemetry': ['src/start-telemetry.ts'],
  'host-sdk': ['src/host-sdk.ts'],
  'zero-code': ['--import', './src/zero-code-sdk.ts', 'src/zero-code.ts'],
};
type Way = keyof typeof WAYS;

/** Series by name and labels, those of the offload alone; times of day and the scope's labels differ between processes and exporters. */
type Values = ReadonlyMap<string, number>;

const exported = new Map<Way, { readonly scraped: Values; readonly pushed: Values }>();

let sink: Server;
const bodies: { [way: string]: string } = {};

beforeAll(async () => {
  sink = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const [, way, , signal] = request.url!.split('/');
      if (signal === 'metrics') bodies[way!] = body;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  await Promise.all((Object.keys(WAYS) as Way[]).map(async (way) => exported.set(way, await run(way))));
});

afterAll(async () => {
  sink.closeAllConnections();
  await new Promise((resolve) => sink.close(resolve));
});

async function run(way: Way): Promise<{ scraped: Values; pushed: Values }> {
  const port = await freePort();
  const app: ChildProcess = spawn(process.execPath, ['--conditions=@sightglass/source', ...WAYS[way]], {
    cwd: FOLDER,
    env: {
      ...process.env,
      OTEL_SERVICE_NAME: 'export-example',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/${way}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp,prometheus',
      OTEL_METRIC_EXPORT_INTERVAL: '300',
      OTEL_METRIC_EXPORT_TIMEOUT: '300',
    },
    stdio: 'ignore',
  });
  const ended = once(app, 'close');
  try {
    const complete = (values: Values) =>
      values.has('offload_cycles_total{layer="bronze",status="partial"}') ? values : undefined;
    const patience = (what: string) => ({ what: `${way} ${what}` });
    const scrape = async () =>
      complete(fromText(await (await fetch(`http://localhost:${port}/metrics`)).text()));
    return {
      scraped: await waitUntil(scrape, patience('is scraped')),
      pushed: await waitUntil(() => complete(fromOtlp(bodies[way]!)), patience('pushes')),
    };
  } finally {
    app.kill();
    await ended;
  }
}

/** Times of day differ from run to run. */
const kept = (name: string) => /^offload_/.test(name) && !/_(last_\w+|updated)_timestamp_seconds$/.test(name);

function keyOf(name: string, labels: readonly (readonly [string, string])[]): string {
  const own = labels
    .filter(([label]) => !label.startsWith('otel_scope_'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return own.length === 0 ? name : `${name}{${own.map(([label, value]) => `${label}="${value}"`).join(',')}}`;
}

function fromText(text: string): Values {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || !kept(name)) continue;
    const pairs = [...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, label, text]) => [label!, text!] as const,
    );
    values.set(keyOf(name, pairs), Number(value));
  }
  return values;
}

interface OtlpPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly asInt?: number;
  readonly asDouble?: number;
  readonly count: number;
  readonly sum: number;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
}

function fromOtlp(body: string): Values {
  const values = new Map<string, number>();
  for (const { metrics } of JSON.parse(body).resourceMetrics[0].scopeMetrics) {
    for (const { name, sum, gauge, histogram } of metrics) {
      if (!kept(name)) continue;
      for (const point of (sum ?? gauge ?? histogram).dataPoints as OtlpPoint[]) {
        const labels = point.attributes.map(({ key, value }) => [key, value.stringValue] as const);
        if (histogram === undefined) {
          values.set(keyOf(name, labels), (point.asInt ?? point.asDouble)!);
          continue;
        }
        values.set(keyOf(`${name}_count`, labels), point.count);
        values.set(keyOf(`${name}_sum`, labels), point.sum);
        let below = 0;
        for (const [i, count] of point.bucketCounts.entries()) {
          below += count;
          values.set(
            keyOf(`${name}_bucket`, [...labels, ['le', String(point.explicitBounds[i] ?? '+Inf')]]),
            below,
          );
        }
      }
    }
  }
  return values;
}

test('the offload is there, with the values that were recorded', () => {
  const { scraped } = exported.get('start-telemetry')!;
  expect(scraped.get('offload_rows_total{layer="bronze",table="trades"}')).toBe(120_000);
  expect(scraped.get('offload_errors_total{error_type="timeout",layer="bronze",table="quotes"}')).toBe(1);
  expect(scraped.get('offload_cycle_duration_seconds_sum{layer="bronze"}')).toBe(38.5);
  expect(scraped.size).toBeGreaterThan(50);
});

test.each(['host-sdk', 'zero-code'] as const)(
  '%s is scraped with the same names, labels and values',
  (way) => {
    expect(sorted(exported.get(way)!.scraped)).toEqual(expectedOf(way));
  },
);

test.each(['start-telemetry', 'host-sdk', 'zero-code'] as const)(
  '%s pushes the same names, labels and values by OTLP',
  (way) => {
    expect(sorted(exported.get(way)!.pushed)).toEqual(expectedOf(way));
  },
);

/** All that the first way shows; less, for instruments of a foreign provider, the histograms without an observation, which the API can't make. */
function expectedOf(way: Way): readonly string[] {
  const all = exported.get('start-telemetry')!.scraped;
  if (way !== 'zero-code') return sorted(all);
  const isEmpty = (series: string) => {
    const [, name, labels] =
      /^(\w+)_(?:bucket|sum|count)(\{.*\})$/.exec(series.replace(/\ble="[^"]*",/, '')) ?? [];
    return name !== undefined && all.get(`${name}_count${labels}`) === 0;
  };
  return sorted(new Map([...all].filter(([series]) => !isEmpty(series))));
}

function sorted(values: Values): readonly string[] {
  return [...values].map(([series, value]) => `${series} ${value}`).sort();
}
