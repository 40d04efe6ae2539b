import { mixtures } from '../mixtures/index.ts';
import { tables } from '../tables.ts';
import type { PanelStory } from '../told.ts';
import { collectors } from './collectors.ts';
import { data } from './data.ts';
import { days, states } from './jobs.ts';
import { offload } from './offload.ts';
import { queues } from './queues.ts';
import { slos } from './slos.ts';
import { system } from './system.ts';
import { telemetry } from './telemetry.ts';

/*
 * What somebody sees who looks at the dashboards, when all is well and when it is not. The real helpers run, as in the stories of the rules. What they
 * see is in `pages/`, and every mutant of a panel must show there: so a story has two of each thing, no two numbers that are alike by accident, and is
 * looked at where a window begins and ends.
 */

export const panelStories: readonly PanelStory[] = [
  collectors,
  offload,
  states,
  days,
  system,
  telemetry,
  slos,
  queues,
  data,
  ...mixtures,
  ...tables,
];
