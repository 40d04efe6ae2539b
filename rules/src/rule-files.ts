import { aliasesGroup } from './aliases/index.ts';
import { seconds } from './duration.ts';
import { jobGroup, jobWindowsGroup } from './groups/jobs/index.ts';
import { offloadGroup, offloadWindowsGroup } from './groups/offload/index.ts';
import { syncGroup } from './groups/sync/index.ts';
import { telemetryGroup } from './groups/telemetry.ts';
import { type ChosenPresets, exceptPresets, presetAlerts, presetsNamed } from './presets/index.ts';
import { type Alert, isAlert, type Recording, type RuleGroup } from './rule.ts';
import type { RuleFile } from './rule-file.ts';
import { sloFile } from './slo/file.ts';

/** What the rule files of one installation are made of. */
export interface RuleFileOptions {
  /** A PromQL matcher list that finds the targets which must be there, such as `job="offload"`. Default: those of the last week. */
  readonly target?: string;
  /** Presets by name, each with the name of its job: a file for each, whose alerts leave the other files for that job. Default: none. */
  readonly presets?: ChosenPresets;
}

/** Every file that is rendered. */
export function ruleFiles({ target, presets = {} }: RuleFileOptions = {}): readonly RuleFile[] {
  const chosen = presetsNamed(presets);
  const others = (group: RuleGroup): RuleGroup => ({
    ...group,
    rules: [
      ...group.rules.filter((rule): rule is Recording => !isAlert(rule)),
      ...exceptPresets(chosen, alertsOf(group)),
    ],
  });
  return [
    {
      file: 'offload.yml',
      about: 'The offload of tables to a cold tier: what its alerts compare, and the alerts.',
      groups: [offloadWindowsGroup, offloadGroup],
    },
    {
      file: 'jobs.yml',
      about:
        'Scheduled jobs, each by its own interval and objectives: what the alerts compare, and the alerts.',
      groups: [jobWindowsGroup, others(jobGroup)],
    },
    {
      file: 'sync.yml',
      about:
        'Syncs, which are jobs that fetch from sources: what is known of each source, and the alerts. Needs jobs.yml.',
      groups: [others(syncGroup)],
    },
    ...chosen.map(([preset, job]) => ({
      file: `${preset.name}.yml`,
      about: `${preset.about} Needs jobs.yml and sync.yml, rendered with the same preset.`,
      groups: [
        {
          name: `sightglass-preset-${preset.name}`,
          interval: seconds(30),
          rules: presetAlerts(preset, job, [...alertsOf(jobGroup), ...alertsOf(syncGroup)]),
        },
      ],
    })),
    {
      file: 'telemetry.yml',
      about: 'The measuring itself: targets, readings, lost measurements, rules, notifications.',
      groups: [telemetryGroup(target)],
    },
    sloFile(),
    {
      file: 'aliases.yml',
      about:
        'Names that the reference systems used and that differ here, for queries written before. Load it only if you have such queries.',
      groups: [aliasesGroup(presets['pricing-sync'])],
    },
  ];
}

const alertsOf = ({ rules }: RuleGroup): readonly Alert[] => rules.filter(isAlert);
