import { declareJob, SIX_HOURLY } from '../../scenario/world/job.ts';
import { declareSync } from '../../scenario/world/sync.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { GOOD, type Load, QUIET, SYNC, serve } from './served.ts';

export const slos: PanelStory = {
  name: 'slos',
  dashboards: ['sightglass-slo'],
  pace: SLOW_PACE,
  start: hours(1),
  async script(s, look) {
    s.other('prometheus', 'prometheus_tsdb_lowest_timestamp_seconds 1');
    s.other(
      'young',
      'prometheus_tsdb_lowest_timestamp_seconds 30000\nprometheus_tsdb_time_retentions_total 3',
    );
    const app = await s.start();
    const job = declareJob(s, app, SIX_HOURLY);
    const often = declareJob(s, app, {
      name: 'reports',
      intervalSeconds: hours(1),
      durationObjectiveSeconds: minutes(2),
      freshnessObjectiveSeconds: hours(3),
    });
    const sync = declareSync(s, app, { ...SYNC, name: 'models' });
    const until = async (last: number, load: Load) => {
      for (let hour = Math.floor(s.now / 3_600) + 1; hour <= last; hour++) {
        await serve(s, minutes(30), load);
        await s.until(hours(hour));
        await often.run(hour % 7 === 0 ? { ends: 'badly' } : { takes: hour > 9 ? minutes(3) : seconds(30) });
        if (hour % 6 === 0) await job.run({ ends: hour === 12 ? 'badly' : 'well' });
        if (hour % 6 === 0) await sync.run(hour === 6 ? GOOD : { openrouter: 'fails', featherless: 20 });
      }
    };
    // A run that has just ended is counted by some rules one evaluation before others, and which ones depends on what else is asked.
    const settled = () => s.wait(minutes(20));
    await until(8, QUIET);
    await settled();
    await look('all is well');
    await until(14, { ...QUIET, requests: 12, isIll: true });
    await settled();
    await look('budgets are spent');
  },
};
