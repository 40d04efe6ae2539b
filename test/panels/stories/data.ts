import { hours, minutes } from '../../scenario/world/time.ts';
import { dataEstate } from '../estate-data.ts';
import type { PanelStory } from '../told.ts';
import { COARSE } from './pace.ts';

/** What makes data: DAGs, data sets, numbers of runs, and the machine that all of it is on. */
export const data: PanelStory = {
  name: 'data',
  dashboards: [
    'sightglass-pipelines',
    'sightglass-pipeline-overview',
    'sightglass-datasets',
    'sightglass-anomalies',
    'sightglass-hosts',
    'sightglass-errors',
    'sightglass-sla',
  ],
  pace: COARSE,
  start: hours(1),
  async script(s, look) {
    s.other('prometheus', 'prometheus_tsdb_lowest_timestamp_seconds 1');
    const until = await dataEstate(s, ['trades', 'quotes', 'orders', 'fills'], ['bronze'], 14);
    await until(12.96);
    await look('all is well');
    await until(16.96);
    await look('a DAG fails and one hangs, data are old, missing and wrong, and the machine is full');
    s.die();
    await s.wait(minutes(50));
    await look('the process is gone');
  },
};
