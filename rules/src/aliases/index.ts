import { minutes } from '../duration.ts';
import type { RuleGroup } from '../rule.ts';
import { offloadAliases } from './offload.ts';

/** Recording rules that give old queries their old names. */
export const aliasesGroup: RuleGroup = {
  name: 'sightglass-aliases',
  interval: minutes(1),
  rules: offloadAliases,
};
