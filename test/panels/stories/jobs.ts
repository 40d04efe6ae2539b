import { BY_THE_CLOCK, declareJob, TEN_MINUTELY } from '../../scenario/world/job.ts';
import type { Process } from '../../scenario/world/process.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { declareSync } from '../../scenario/world/sync.ts';
import { hours, minutes, seconds } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { COARSE, MINUTELY, START } from './pace.ts';
import { GOOD, SYNC } from './served.ts';

export const days: PanelStory = {
  name: 'job-days',
  dashboards: ['sightglass-scheduler'],
  pace: COARSE,
  start: hours(1),
  async script(s, look) {
    const app = await s.start();
    const sync = declareSync(s, app, SYNC);
    const reports = declareJob(s, app, {
      name: 'reports',
      intervalSeconds: hours(1),
      durationObjectiveSeconds: minutes(2),
      freshnessObjectiveSeconds: hours(3),
    });
    const cleanup = declareJob(s, app, { name: 'cleanup', intervalSeconds: hours(2) });
    const until = async (hour: number, report: (hour: number) => Parameters<typeof reports.run>[0]) => {
      for (let next = Math.floor(s.now / 3_600) + 1; next <= hour; next++) {
        await s.until(hours(next));
        await reports.run(report(next));
        if (next % 2 === 0) await cleanup.run({ takes: minutes(1) });
        if (next % 6 === 0)
          await sync.run(next === 12 ? { openrouter: 'fails', featherless: 'fails' } : GOOD);
      }
    };
    // What is older than a day counts no more, and half a day ago it was otherwise.
    await until(4, () => ({ ends: 'badly', takes: minutes(4) }));
    await until(16, (hour) => ({ takes: minutes(1) + hour }));
    await until(29, (hour) => (hour === 20 ? { ends: 'in part' } : { takes: seconds(20 + hour) }));
    await reports.run({ trigger: 'manual', ends: 'called off' });
    await s.wait(minutes(20));
    await look('all is well');
    await sync.run({ openrouter: 'fails', featherless: 30 }, 'manual');
    cleanup.disable();
    await until(31, () => ({ ends: 'badly', takes: minutes(3) }));
    await s.until(hours(32));
    await reports.run({ ends: 'badly', takes: minutes(3) });
    void reports.run({ ends: 'never' });
    await s.wait(minutes(40));
    await look('one job fails and hangs, another is disabled');
    s.die();
    await s.wait(hours(4));
    await look('the process is gone');
  },
};

/** What a time limit makes of a run. */
const timeout = () =>
  new Promise<void>((_, reject) => setTimeout(() => reject(new DOMException('too long', 'TimeoutError')), 1));

/** A process with a job for each state. */
function declared(s: Stage, app: Process) {
  const job = (name: string, more: object = {}, where?: 'elsewhere') =>
    declareJob(s, app, { ...TEN_MINUTELY, name, ...more }, where);
  return {
    well: job('well'),
    failing: job('failing'),
    failed: job('failed'),
    part: job('part'),
    limited: job('limited', { timeoutSeconds: 5 }),
    late: job('late', {}, 'elsewhere'),
    off: job('off'),
    busy: job('busy', { durationObjectiveSeconds: minutes(30) }),
    stuck: job('stuck'),
    stopped: job('stopped'),
    slow: job('slow', { overlap: 'skip' }),
    waiting: job('waiting', { intervalSeconds: hours(6), freshnessObjectiveSeconds: hours(8) }),
    never: job('never'),
    clock: declareJob(s, app, { ...BY_THE_CLOCK, name: 'clock' }),
    sync: declareSync(s, app, {
      ...TEN_MINUTELY,
      name: 'sync',
      sources: ['a', 'b', 'c', 'd'],
      itemsObjective: 50,
    }),
  };
}

/** Each job is in another state, so that the words for all of them, and their order, are seen. */
export const states: PanelStory = {
  name: 'job-states',
  dashboards: ['sightglass-scheduler'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    s.other(
      'neighbour',
      'job_interval_seconds{job_name="well"} 600\nsightglass_process_start_timestamp_seconds{process_id="other"} 50',
    );
    const jobs = declared(s, await s.start());
    const brief = { takes: seconds(2) };
    for (let i = 0; i < 8; i++) {
      await s.untilNext(minutes(10));
      await jobs.well.run({ takes: seconds(2 + i) });
      await jobs.failing.run(i < 3 ? brief : { ...brief, ends: 'badly' });
      await jobs.failed.run(i < 7 ? brief : { ...brief, ends: 'badly' });
      await jobs.part.run(i < 4 ? brief : { ...brief, ends: 'in part' });
      await jobs.late.run({ ...brief, scheduledFor: s.now - (i < 7 ? 5 : 65) });
      await jobs.limited.run(i === 2 || i === 4 ? { during: () => timeout() } : brief);
      if (i < 5) await jobs.off.run({ ...brief, trigger: i === 4 ? 'manual' : 'scheduled' });
      if (i === 5) jobs.off.disable();
      if (i < 6) await jobs.stuck.run(brief);
      if (i === 6) void jobs.stuck.run({ ends: 'never' });
      if (i < 5) await jobs.stopped.run(brief);
      await jobs.slow.run(i < 7 ? brief : { ends: 'locked' });
      await jobs.never.run({ ...brief, ends: 'badly' });
      if (i < 6) await jobs.clock.run({ ...brief, ends: i === 3 ? 'called off' : 'well' });
      await jobs.sync.run({
        a: i < 6 ? 30 : 8,
        b: i === 3 ? 'can not be written' : 21,
        c: i < 4 ? 5 : 'fails',
        d: i === 5 ? 'times out' : 1,
      });
      if (i === 6) {
        jobs.sync.addSource('e');
        jobs.sync.retireSource('d');
      }
    }
    void jobs.busy.run({ ends: 'never' });
    void jobs.slow.run({ ends: 'never' });
    await jobs.slow.run();
    await s.wait(minutes(2));
    await look('each job is in another state');
    s.die();
    await s.wait(minutes(4));
    await look('their process is away');
    await s.wait(minutes(8));
    await look('their process is back elsewhere');
  },
  async beside(s) {
    const gone = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'gone' });
    for (let i = 0; i < 2; i++) {
      await s.untilNext(minutes(10));
      await gone.run();
    }
    s.die();
    await s.until(START + minutes(83));
    const jobs = declared(s, await s.start());
    const brief = { takes: seconds(2) };
    for (const job of [jobs.well, jobs.part, jobs.failing, jobs.slow]) await job.run(brief);
    await jobs.sync.run({ a: 30, b: 25 });
  },
};
