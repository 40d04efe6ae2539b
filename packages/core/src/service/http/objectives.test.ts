import { afterEach, expect, test } from 'vitest';
import { DeclarationError } from '../../catalog/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { httpServerErrorObjective, httpServerLatencyObjective } from './metrics.ts';
import { declareHttpObjectives, type HttpObjectives } from './objectives.ts';
import { observeHttpServer } from './server.ts';

const errors = () => seriesOf(httpServerErrorObjective);
const latencies = () => seriesOf(httpServerLatencyObjective);

afterEach(() => {
  forget(httpServerErrorObjective);
  forget(httpServerLatencyObjective);
});

test('what is promised of every route has none, and what is promised of one has its pattern', () => {
  declareHttpObjectives({
    errorRatio: 0.01,
    latencySeconds: 0.3,
    routes: { '/reports/:id': { latencySeconds: 5 }, '/login': { errorRatio: 0.2 } },
  });
  expect(errors()).toEqual({ '': 0.01, 'http_route=/login': 0.2 });
  expect(latencies()).toEqual({ '': 0.3, 'http_route=/reports/:id': 5 });
});

test('what is not said is not declared', () => {
  declareHttpObjectives({ routes: { '/login': {} } });
  expect([errors(), latencies()]).toEqual([{}, {}]);
});

test('the server takes them as an option, and back when it ends', () => {
  const stop = observeHttpServer({ objectives: { errorRatio: 0.02 } });
  expect(errors()).toEqual({ '': 0.02 });
  stop();
  expect(errors()).toEqual({});
  observeHttpServer()();
  expect(errors()).toEqual({});
});

test('what is declared again replaces what was', () => {
  declareHttpObjectives({ errorRatio: 0.02 });
  declareHttpObjectives({ errorRatio: 0.04 });
  expect(errors()).toEqual({ '': 0.04 });
});

test.each<[string, unknown, readonly RegExp[]]>([
  ['no object', 0.05, [/must be an object/]],
  ['nothing', null, [/must be an object/]],
  ['routes that are none', { routes: '/login' }, [/must be an object/]],
  [
    'all that is wrong',
    {
      errorRatio: 0.5,
      latencySeconds: 10,
      latency: 1,
      routes: { '/a': { errorRatio: 0, latencySeconds: Number.NaN }, '/b': 3, '': { errorRatio: 0.1 } },
    },
    [
      /^.*errorRatio must be a number above 0 and below 0\.5/m,
      /latencySeconds must be a number above 0 and below 10/,
      /"latency" is no option; did you mean latencySeconds\?|"latency" is no option/,
      /routes\["\/a"\]\.errorRatio must/,
      /routes\["\/a"\]\.latencySeconds must/,
      /routes\["\/b"\] must be an object/,
      /no empty route/,
    ],
  ],
])('%s is refused with every reason, and nothing of it is declared', (_, wrong, reasons) => {
  for (const declare of [
    () => declareHttpObjectives(wrong as HttpObjectives),
    () => observeHttpServer({ objectives: wrong as HttpObjectives }),
  ])
    for (const reason of reasons) expect(declare).toThrow(reason);
  expect([errors(), latencies()]).toEqual([{}, {}]);
});

test('options that can not even be read are refused like wrong ones', () => {
  const options = Object.defineProperty({}, 'objectives', {
    enumerable: true,
    get: () => {
      throw new Error('not now');
    },
  });
  expect(() => observeHttpServer(options)).toThrow(DeclarationError);
});
