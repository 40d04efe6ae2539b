import { minutes } from '../duration.ts';
import type { RuleGroup } from '../rule.ts';
import { offloadAliases } from './offload.ts';
import { PRICING_JOB, pricingAliases } from './pricing.ts';

/** Recording rules that give old queries their old names. `pricingJob` is the job that stands for that of reference system 002. */
export const aliasesGroup = (pricingJob = PRICING_JOB): RuleGroup => ({
  name: 'sightglass-aliases',
  interval: minutes(1),
  rules: [...offloadAliases, ...pricingAliases(pricingJob)],
});
