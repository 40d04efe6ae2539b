import { expect, test } from 'vitest';
import { atTheEnd, shownBy, valuesBy } from './shown-by.ts';
import { serve } from './world/http.ts';
import type { Stage } from './world/stage.ts';
import { minutes } from './world/time.ts';

/** What API Health, and the routes on System Impact, show while the real helpers run, evaluated with the rules that they read. */

const api = shownBy('sightglass-api');
const system = shownBy('sightglass-system');

/** Five routes: one is well, one fails, one fails too often, one is slow, and one is asked for what it does not have. */
const morning = async (s: Stage) => {
  const { askEvery, promise } = await serve(s, await s.start());
  promise({ routes: { '/reports': { latencySeconds: 0.5 }, '/search': { errorRatio: 0.04 } } });
  await askEvery(
    20,
    s.now + minutes(9) + 25,
    { route: '/prices', count: 8, takes: 0.1 },
    { route: '/orders', count: 2, status: 500 },
    { route: '/search', count: 16 },
    { route: '/search', status: 503 },
    { route: '/reports', count: 4, takes: 1 },
    { route: 'none', count: 1, status: 404 },
  );
};
const at = (panel: string, ...refIds: readonly string[]) => refIds.map((refId) => api.exprOf(panel, refId));

test('the table has a row for each route with its state, what it does and what it may', async () => {
  const [states = [], failed = [], mayFail = [], within = [], mayTake = [], rates = []] = await atTheEnd(
    morning,
    ...at('HTTP Routes', 'A', 'B', 'C', 'D', 'E', 'F'),
  );
  expect(Object.keys(valuesBy(states, 'http_route', 'state')).sort()).toEqual([
    ' ok',
    '/orders failing',
    '/prices ok',
    '/reports slow',
    '/search high',
  ]);
  expect(valuesBy(states, 'http_route')['/orders']).toBe(0);
  expect(valuesBy(failed, 'http_route')).toMatchObject({
    '/orders': 1,
    '/prices': 0,
    '/search': expect.closeTo(1 / 17),
    '': 0,
  });
  expect(valuesBy(mayFail, 'http_route')).toMatchObject({ '/orders': 0.05, '/search': 0.04 });
  expect(valuesBy(within, 'http_route')['/reports']).toBeGreaterThan(0.9);
  expect(valuesBy(mayTake, 'http_route')).toMatchObject({ '/orders': 1, '/reports': 0.5 });
  expect(valuesBy(rates, 'http_route')['/prices']).toBeCloseTo(8 / 20, 1);
});

test('the first rows say how many routes fail and are slow, and System Impact that some do', async () => {
  const [failing = [], slow = [], now = [], rows = []] = await atTheEnd(
    morning,
    ...at('Failing routes', 'A'),
    ...at('Slow routes', 'A'),
    system.exprOf('Requests/sec'),
    system.exprOf('HTTP Routes'),
  );
  expect(valuesBy(failing, 'state')).toEqual({ failing: 1 });
  expect(valuesBy(slow, 'state')).toEqual({ slow: 1 });
  expect(Object.keys(valuesBy(now, 'state'))).toEqual(['failing']);
  expect(valuesBy(now, 'state').failing).toBeCloseTo(2 / 20, 1);
  expect(valuesBy(rows, 'http_route')['/orders']).toBe(0);
});

test('they say that all is well while it is', async () => {
  const [failing = [], slow = [], now = []] = await atTheEnd(
    async (s) => {
      await (await serve(s, await s.start())).askEvery(15, s.now + minutes(5) + 25, { count: 3 });
    },
    ...at('Failing routes', 'A'),
    ...at('Slow routes', 'A'),
    system.exprOf('Requests/sec'),
  );
  expect(valuesBy(failing, 'state')).toEqual({ none: 0 });
  expect(valuesBy(slow, 'state')).toEqual({ none: 0 });
  expect(valuesBy(now, 'state').ok).toBeCloseTo(3 / 15, 1);
});

test('the graphs show shares, rates and times of all, and of the routes that are not well', async () => {
  const [clients = [], ours = [], routes = [], total = [], top = [], p95 = [], slow = []] = await atTheEnd(
    morning,
    ...at('Error Rate', 'A', 'B', 'C'),
    ...at('Request Rate', 'A', 'B'),
    ...at('Response Time', 'B', 'D'),
  );
  expect(clients[0]!.value).toBeCloseTo(1 / 32, 2);
  expect(ours[0]!.value).toBeCloseTo(3 / 32, 2);
  expect(Object.keys(valuesBy(routes, 'http_route', 'state')).sort()).toEqual([
    '/orders failing',
    '/search high',
  ]);
  expect(total[0]!.value).toBeCloseTo(32 / 20, 1);
  expect(Object.keys(valuesBy(top, 'http_route'))).toHaveLength(5);
  expect(p95[0]!.value).toBeGreaterThan(0.5);
  expect(Object.keys(valuesBy(slow, 'http_route', 'state'))).toEqual(['/reports slow']);
});

test('003-P4: the events that came in, per second and by kind, and what nobody declared as "other"', async () => {
  const [rates = []] = await atTheEnd(
    async (s) => {
      const { service } = await s.start();
      const events = service.declareEvents({ kinds: ['page_view', 'click'] });
      for (const end = s.now + minutes(9) + 25; s.now < end; ) {
        events.received('page_view', 15);
        events.received('click', 6);
        events.received('made up', 3);
        await s.wait(Math.min(15, end - s.now));
      }
    },
    ...at('Events Received', 'A'),
  );
  expect(Object.fromEntries(rates.map(({ labels, value }) => [labels.event_type, value]))).toEqual({
    page_view: expect.closeTo(1, 1),
    click: expect.closeTo(0.4, 1),
    other: expect.closeTo(0.2, 1),
  });
});
