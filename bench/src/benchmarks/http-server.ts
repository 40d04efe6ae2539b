import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { observeHttpServer } from '@sightglass/core/service';
import { processStore } from '../../../packages/core/src/store/index.ts';
import { compare, keep } from '../measure.ts';
import { type Row, row } from '../row.ts';

const REQUESTS = 2_000;
const REQUEST = Buffer.from('GET /users/42 HTTP/1.1\r\nHost: bench\r\n\r\n');

/** What measuring a request adds to it: a real server, fed by a stream so that no network's noise is in the figures. */
export async function httpServer(): Promise<Row[]> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const theirs = new HttpInstrumentation();
  theirs.setMeterProvider(new MeterProvider({ readers: [exporter] }));
  createRequire(import.meta.url)('node:http'); // It wraps the server when somebody requires it.
  theirs.disable();
  const server = createServer((_request, response) => response.end('ok'));
  let stop = () => {};

  const contender = (name: string, start: () => () => void) => ({
    name,
    prepare() {
      stop();
      stop = start();
    },
    run: () => ask(server),
  });
  const times = await compare(
    [
      contender('bare', () => () => {}),
      contender('ours', observeHttpServer),
      contender('theirs', () => {
        theirs.enable();
        return () => theirs.disable();
      }),
    ],
    100,
  );
  stop();
  const measured = processStore().histogram(httpServerRequestDuration).series.cells[0]?.count ?? 0;
  const [scope] = (await exporter.collect()).resourceMetrics.scopeMetrics;
  if (measured < REQUESTS * 100 || scope === undefined) throw new Error('nothing was measured');
  keep(measured);
  const added = (name: string) => ((times[name]! - times.bare!) * 1e3) / REQUESTS;
  return [
    row({
      work: 'measuring an HTTP request, beyond the request',
      against: 'instrumentation-http',
      ours: added('ours'),
      theirs: added('theirs'),
      unit: 'µs',
      sense: 'times faster',
      floor: undefined,
    }),
  ];
}

/** Asks one after the other over one connection; resolves when all are answered. */
function ask(server: Server): Promise<void> {
  return new Promise((resolve) => {
    let left = REQUESTS;
    const connection = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        done();
        if (--left > 0) setImmediate(() => connection.push(REQUEST));
        else {
          connection.destroy();
          resolve();
        }
      },
    });
    server.emit('connection', connection);
    connection.push(REQUEST);
  });
}
