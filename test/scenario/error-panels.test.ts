import { beforeAll, expect, test } from 'vitest';
import { atTheEnd, shownBy, valuesBy } from './shown-by.ts';
import { serve } from './world/http.ts';
import { declareJob, TEN_MINUTELY } from './world/job.ts';
import { TARGET } from './world/stage.ts';
import { minutes } from './world/time.ts';

/** What Error Tracking shows of requests that fail and of runs that do, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-errors');

type Answers = Awaited<ReturnType<typeof atTheEnd>>;
let [service, types, now, recent, trend]: Answers = [];

beforeAll(async () => {
  [service, types, now, recent, trend] = await atTheEnd(
    async (s) => {
      const app = await s.start();
      const job = declareJob(s, app, { ...TEN_MINUTELY, intervalSeconds: minutes(1) });
      const api = await serve(s, app);
      await api.ask({ count: 1, status: 500 });
      await api.ask({ count: 1, status: 404 });
      // Both kinds are there before they are counted.
      await job.run({ ends: 'badly' });
      await s.wait(minutes(10));
      for (let i = 0; i < 5; i++) {
        await api.ask({ count: 2, status: 500 });
        await api.ask({ count: 5, status: 404 });
        await job.run({ ends: 'badly' });
        await s.wait(30);
      }
      await s.seen();
    },
    exprOf('Error Rate by Service'),
    exprOf('Error Types'),
    exprOf('Error Types', 'B'),
    exprOf('Recent Errors'),
    exprOf('Error Trend'),
  );
});

test('errors are counted by service, whatever counts them (000-P9)', () => {
  const found = valuesBy(service!, 'job');
  expect(Object.keys(found)).toEqual([TARGET.job]);
  // Fifteen in five minutes.
  expect(found[TARGET.job]).toBeGreaterThan(2);
  expect(found[TARGET.job]).toBeLessThan(4.5);
});

test('they are told apart by kind, that of a request is its status, and what a client did wrong is none (000-P10)', () => {
  const kinds = Object.keys(valuesBy(types!, 'error_type')).sort();
  expect(kinds).toContain('500');
  expect(kinds).not.toContain('404');
  expect(kinds.length).toBe(2);
  expect(Object.keys(valuesBy(now!, 'error_type')).sort()).toEqual(kinds);
});

test('what a metric knows of recent errors is when which kind happened; the texts are in the log (000-P11, TR-94)', () => {
  const found = valuesBy(recent!, 'error_type');
  expect(found['500']).toBeGreaterThan(1);
});

test('the trend has all of them as one (000-P12)', () => {
  expect(trend).toHaveLength(1);
  expect(trend![0]!.value).toBeCloseTo(Object.values(valuesBy(service!, 'job'))[0]!, 9);
});
