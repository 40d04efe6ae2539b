import { DeclarationError } from '@sightglass/core';
import { describe, expect, test } from 'vitest';
import { declareSync, syncRun } from '../sync/index.ts';
import { declareJob, instrumentJob } from './index.ts';
import { collectLogs, pass, runsOf, useStoppedTime } from './job.support.ts';

useStoppedTime('2026-01-01T00:00:00Z');

const manual = { trigger: 'manual' } as const;

describe('the log level of a job', () => {
  test.each([
    [undefined, ['info', 'warn', 'error']],
    ['debug', ['info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)(
    '%s: its lines are written from there on, and everything is counted',
    async (logLevel, written) => {
      const lines = collectLogs();
      const name = `level ${logLevel}`;
      const job = declareJob({ name, intervalSeconds: 100, logLevel });
      let fails = false;
      const run = instrumentJob(job, () => {
        if (fails) throw new Error('no');
      });
      await run(manual);
      await pass(200);
      fails = true;
      await run(manual).catch(() => {});
      expect(lines.filter(({ fields }) => fields.job_name === name).map(({ level }) => level)).toEqual(
        written,
      );
      expect(runsOf(name)).toEqual({ 'manual success': 1, 'scheduled missed': 1, 'manual failed': 1 });
    },
  );

  test('holds for the sources of a sync', async () => {
    const lines = collectLogs();
    const name = 'quiet sync';
    const sync = declareSync({ name, intervalSeconds: 60, sources: ['a', 'b'], logLevel: 'error' });
    sync.addSource('c');
    await syncRun(sync, async (run) => {
      await run.source('a', () => ({ items: 1 }));
      await run.source('b', () => Promise.reject(new Error('no')));
    })(manual);
    const own = lines.filter(({ fields }) => fields.job_name === name);
    expect(own.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error sync of a source: failed',
    ]);
  });

  test('is that of the declaration that holds', async () => {
    const lines = collectLogs();
    const facts = { name: 'louder', intervalSeconds: 60 };
    const run = instrumentJob(declareJob({ ...facts, logLevel: 'silent' }), () => {});
    await run(manual);
    expect(lines).toEqual([]);
    declareJob(facts);
    await run(manual);
    expect(lines).toMatchObject([{ level: 'info', fields: { job_name: 'louder', status: 'success' } }]);
  });

  test('that is none is refused', () => {
    const wrong = { name: 'loud', intervalSeconds: 60, logLevel: 'loud' };
    expect(() => declareJob(wrong as never)).toThrow(DeclarationError);
    expect(() => declareJob(wrong as never)).toThrow(
      'logLevel must be one of debug, info, warn, error, silent',
    );
  });
});
