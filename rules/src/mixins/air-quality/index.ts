import { defineMixin } from '../../engine/mixin/mixin.ts';
import { airQuality } from './preset.ts';

/** The names that reference system 001 gave to its alerts, for its one data set and the DAG that fills it. Those of its metrics are aliases of the mixins that they belong to. */
export const airQualityNames = defineMixin({
  name: 'air-quality',
  needs: ['dags', 'datasets'],
  about: 'The names that reference system 001 gave to its alerts.',
  presets: [airQuality],
});
