import { expect, test } from 'vitest';
import { atTheEndOf, shownBy, valuesBy } from './shown-by.ts';
import { declareJob, TEN_MINUTELY } from './world/job.ts';
import type { Stage } from './world/stage.ts';
import { declareSync } from './world/sync.ts';
import { minutes, USUAL_PACE } from './world/time.ts';

/** What System Impact shows while the real helpers run, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-system');

test('CPU is told apart by whether a run was under way', async () => {
  const shown = async (script: (s: Stage, work: () => Promise<void>) => Promise<void>) => {
    const [samples = []] = await atTheEndOf(
      {
        pace: USUAL_PACE,
        script: async (s) => {
          const app = await s.start();
          const job = declareJob(s, app, TEN_MINUTELY);
          const cpu = app.core.counter('process_cpu_seconds_total', { help: 'CPU time.' });
          const pass = async (duration: number, share: number) => {
            for (let i = 0; i < duration / 15; i++) {
              cpu.add(15 * share);
              await s.wait(15);
            }
          };
          await pass(minutes(10), 0.02);
          await script(s, () => job.run({ during: () => pass(minutes(3), 0.5) }));
        },
      },
      [exprOf('Sync Impact on CPU')],
    );
    return valuesBy(samples, 'state');
  };
  const during = await shown((_, work) => work());
  expect(Object.keys(during)).toEqual(['syncing']);
  expect(during.syncing).toBeGreaterThan(0.2);
  const after = await shown(async (s, work) => {
    await work();
    await s.wait(minutes(10));
  });
  expect(after).toEqual({ idle: 0 });
});

test('a write that failed is shown between runs, with the first of its kind', async () => {
  const [failed = [], written = [], state = []] = await atTheEndOf(
    {
      pace: USUAL_PACE,
      script: async (s) => {
        const app = await s.start();
        const sync = declareSync(s, app, {
          ...TEN_MINUTELY,
          sources: ['openrouter', 'featherless'],
        });
        const { recordDatabaseOperation } = app.service;
        const insert = { system: 'postgresql', operation: 'INSERT', collection: 'prices' } as const;
        recordDatabaseOperation({ ...insert, durationSeconds: 0.1 });
        await s.untilNext(minutes(10));
        recordDatabaseOperation({ ...insert, durationSeconds: 0.1, error: new Error('disk full') });
        await sync.run({ openrouter: 'can not be written', featherless: 20 });
        await s.seen();
      },
    },
    ['A', 'B', 'C'].map((refId) => exprOf('Database Query Errors', refId)),
  );
  const errors = failed.filter(({ labels }) => labels.error_type !== undefined);
  expect(valuesBy(errors, 'db_operation_name', 'db_collection_name')).toEqual({ 'INSERT prices': 1 });
  expect(valuesBy(written, 'source')).toEqual({ openrouter: expect.closeTo(1, 0), featherless: 0 });
  expect(Object.keys(valuesBy(state, 'job_name', 'state'))).toEqual(['pricing-sync failing']);
});
