import { alertStories } from '../../story.ts';
import { serve } from '../../world/http.ts';
import { type Stage, TARGET } from '../../world/stage.ts';
import { days, hours, minutes, SLOW_PACE } from '../../world/time.ts';

const { job } = TARGET;

export const serviceDown = alertStories(
  'ServiceDown',
  {
    severity: 'critical',
    summary: 'No process of a service that answers requests can be reached.',
    runbook: 'service.md#servicedown',
  },
  {
    'fires when no process of two can be reached, until one is': [
      async (s) => {
        const api = await serve(s, await s.start());
        await api.ask();
        await s.wait(minutes(10));
        s.die();
        await s.seen();
        await s.wait(minutes(2));
        s.fires({ job });
        await s.wait(minutes(5));
        await s.start();
        await s.seen();
        s.resolves({ job });
        await s.wait(minutes(2));
      },
      async (s) => {
        const api = await serve(s, await s.start());
        await api.ask();
        await s.wait(minutes(10));
        s.die();
        await s.until(s.began + minutes(20));
      },
    ],
    'goes on over a weekend, though nobody has asked for its routes since, and is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const api = await serve(s, await s.start());
          await api.ask();
          await s.wait(hours(1));
          s.die();
          await s.seen();
          await s.wait(minutes(5));
          s.fires({ job });
          await s.until(s.began + hours(1) + days(7));
          s.resolves({ job });
          await s.wait(minutes(10));
        },
      ],
    },
    'is quiet while one of two answers, and for a restart': [
      async (s) => {
        const api = await serve(s, await s.start());
        await api.ask();
        await s.wait(minutes(20));
        s.die();
        await s.wait(minutes(1.5));
        await s.start();
        await s.until(s.began + minutes(25));
      },
      async (s) => {
        const api = await serve(s, await s.start());
        await api.ask();
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(15.25));
        await s.start();
        await s.until(s.began + minutes(25));
      },
    ],
    'leaves what answers no requests to those that tell of its jobs': async (s) => {
      const { scheduler } = await s.start();
      scheduler.declareJob({ name: 'sync', intervalSeconds: minutes(10) });
      await s.wait(minutes(5));
      s.die();
      await s.wait(minutes(10));
    },
  },
);

const READY = { job, check: 'database' };

export const serviceNotReady = alertStories(
  'ServiceNotReady',
  {
    severity: 'critical',
    summary: 'Every process of a service says that it can not work.',
    runbook: 'service.md#servicenotready',
  },
  {
    'fires when a check fails in both processes, until it passes in one': [0, 1].map(
      (replica) => async (s: Stage) => {
        let ok = true;
        (await s.start()).core.healthCheck('database', () => ok);
        await s.wait(minutes(5));
        ok = false;
        await s.seen();
        await s.wait(minutes(2));
        if (replica === 0) s.fires(READY);
        await s.wait(minutes(3));
        if (replica === 0) ok = true;
        await s.seen();
        if (replica === 0) s.resolves(READY);
        await s.wait(minutes(2));
      },
    ),
    'is quiet while it passes in one, and of a check that is only reported': [0, 1].map(
      (replica) => async (s: Stage) => {
        const { core } = await s.start();
        core.healthCheck('database', () => replica === 0);
        core.healthCheck('stock', () => false, { affects: 'report' });
        await s.wait(minutes(10));
      },
    ),
    'fires for a check that affects liveness': async (s) => {
      (await s.start()).core.healthCheck('loop', () => false, { affects: 'liveness' });
      await s.seen();
      await s.wait(minutes(2));
      s.fires({ job, check: 'loop' });
      await s.wait(minutes(1));
    },
  },
);

export const serviceHealthCheckFailing = alertStories(
  'ServiceHealthCheckFailing',
  {
    severity: 'warning',
    summary: 'A health check of a service fails.',
    runbook: 'service.md#servicehealthcheckfailing',
  },
  {
    'fires when it fails in one of two processes, whatever it affects, until it passes': [0, 1].map(
      (replica) => async (s: Stage) => {
        let ok = replica === 0;
        (await s.start()).core.healthCheck('stock', () => ok, { affects: 'report' });
        await s.seen();
        await s.wait(minutes(5));
        if (replica === 0) s.fires({ job, check: 'stock' });
        await s.wait(minutes(1));
        ok = true;
        await s.seen();
        if (replica === 0) s.resolves({ job, check: 'stock' });
        await s.wait(minutes(1));
      },
    ),
    'is quiet while all pass, and when one fails for less than five minutes': async (s) => {
      let ok = true;
      const { core } = await s.start();
      core.healthCheck('database', () => ok);
      core.healthCheck('cache', () => true);
      await s.wait(minutes(5));
      ok = false;
      await s.wait(minutes(5));
      ok = true;
      await s.wait(minutes(5));
    },
  },
);
