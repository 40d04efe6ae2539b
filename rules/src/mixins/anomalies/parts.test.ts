import { expect, test } from 'vitest';
import type { Mixin } from '../../engine/mixin/mixin.ts';
import { buildRules } from '../../index.ts';
import { anomalies, http, queues } from '../index.ts';

const alertsBy = (...mixins: readonly Mixin[]) =>
  buildRules({ mixins })
    .find(({ file }) => file === 'anomalies.yml')
    ?.groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? rule.alert : [])));

const OF_RUNS = ['AnomalyVolume', 'AnomalyValue', 'AnomalyDuration'];

test('runs are judged where nothing else is, and hours where what comes in is recorded', () => {
  expect(alertsBy(anomalies)).toEqual(OF_RUNS);
  expect(alertsBy(anomalies, http)).toEqual([...OF_RUNS, 'AnomalyRequests']);
  expect(alertsBy(anomalies, queues)).toEqual([...OF_RUNS, 'AnomalyIntake']);
  expect(alertsBy(queues, http, anomalies)).toEqual([...OF_RUNS, 'AnomalyRequests', 'AnomalyIntake']);
});
