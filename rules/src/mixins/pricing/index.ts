import { defineMixin } from '../../engine/mixin/mixin.ts';
import { PRICING_JOB, pricingAliases } from './aliases.ts';
import { pricingSync } from './preset.ts';

/** The names of reference system 002, for its one job: its alerts as a preset, its metrics as aliases. */
export const pricing = defineMixin({
  name: 'pricing',
  needs: ['jobs', 'syncs'],
  about: 'The names that reference system 002 gave to its alerts and metrics.',
  presets: [pricingSync],
  aliases: ({ presets }) => pricingAliases(presets[pricingSync.name]?.job_name ?? PRICING_JOB),
});
