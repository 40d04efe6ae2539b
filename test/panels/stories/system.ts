import { declareJob, TEN_MINUTELY } from '../../scenario/world/job.ts';
import { say } from '../../scenario/world/process-facts.ts';
import { declareSync } from '../../scenario/world/sync.ts';
import { minutes, seconds } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { MINUTELY, START } from './pace.ts';
import { GOOD, QUIET, SYNC, serve } from './served.ts';

export const system: PanelStory = {
  name: 'system',
  dashboards: ['sightglass-system', 'sightglass-api', 'sightglass-infrastructure'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    s.other(
      'stranger',
      'process_cpu_seconds_total 5\nprocess_resident_memory_bytes 7\nprocess_virtual_memory_bytes 9',
    );
    const app = await s.start();
    app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    const { sources, itemsObjective } = SYNC;
    const sync = declareSync(s, app, { ...TEN_MINUTELY, sources, itemsObjective });
    const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
    say(s, { heap: [120e6, 500e6], files: [210, 1_000], late: 0.02 });
    await serve(s, minutes(9), QUIET);
    await sync.run(GOOD);
    await serve(s, minutes(9), QUIET);
    await look('all is well');
    await sync.run({ openrouter: 'times out', featherless: 'can not be written' });
    await job.run({
      during: async () => {
        say(s, { heap: [460e6, 500e6], files: [850, 1_000], late: 0.4 });
        await serve(s, minutes(5), { requests: 24, cpu: 0.7, memory: 2.1e9, used: 11, isIll: true });
        await look('a run loads the service');
      },
    });
    s.die();
    await s.wait(10);
    const again = await s.start();
    again.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    declareSync(s, again, { ...TEN_MINUTELY, sources, itemsObjective });
    say(s, { heap: [420e6, 500e6], files: [300, 1_000], late: 0.03 });
    await serve(s, minutes(3), QUIET);
    await look('it has restarted');
  },
  async beside(s) {
    const app = await s.start();
    app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
    say(s, { heap: [150e6, 600e6], files: [90, 2_000], late: 0.01 });
    await serve(s, minutes(9), { ...QUIET, requests: 3, cpu: 0.3, memory: 2e9 });
    await job.run({ takes: seconds(3) });
    await serve(s, minutes(9), { ...QUIET, requests: 3, cpu: 0.1, memory: 2e9 });
  },
};
