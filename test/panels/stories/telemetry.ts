import { servingThread } from '../../scenario/world/processes.ts';
import { minutes } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { MINUTELY, START } from './pace.ts';

export const telemetry: PanelStory = {
  name: 'telemetry',
  dashboards: ['sightglass-telemetry'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const self = (failures: number) =>
      [
        `prometheus_rule_evaluation_failures_total{rule_group="rules/jobs.yml;jobs"} ${failures}`,
        `prometheus_rule_group_iterations_missed_total{rule_group="rules/jobs.yml;jobs"} ${2 * failures}`,
        `prometheus_notifications_dropped_total ${5 * failures}`,
        `alertmanager_notifications_failed_total{integration="email",reason="other"} ${7 * failures}`,
        '',
      ].join('\n');
    s.other('prometheus', self(0));
    const { core } = await s.start();
    const orders = core.counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 2 });
    let broken = false;
    core.gauge('queue_depth', { help: 'Depth.' }).observe(() => {
      if (broken) throw new Error('no connection');
      return 1;
    }, {});
    core.gauge('workers', { help: 'Workers.' }).observe(() => 1, {});
    orders.add(1, { customer: 'a' });
    orders.add(1, { customer: 'b' });
    await servingThread(s, async (thread) => {
      await s.wait(minutes(20));
      await look('all is well');
      await thread.freeze();
      broken = true;
      orders.add(1, { customer: 'c' });
      orders.add(Number.NaN, { customer: 'a' });
      s.setClock(-minutes(4));
      s.other('prometheus', self(3));
      await s.wait(minutes(10));
      await look('measurements are lost');
    });
    s.discover(false);
    await s.wait(minutes(10));
    await look('the target is no longer configured');
  },
};
