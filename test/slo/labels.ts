import type { AlertLabelsTold } from '../mutation/rules/labels.ts';

const [critical, warning, info] = ['critical', 'warning', 'info'].map((severity) => (component: string) => ({
  severity,
  component,
})) as [Labelled, Labelled, Labelled];

type Labelled = (component: string) => AlertLabelsTold;

/** The labels of every rule of each alert on SLOs: the second is for what must wake nobody. */
export const LABELS: { readonly [alert: string]: readonly AlertLabelsTold[] } = {
  SloJobSuccessBroken: [warning('job')],
  SloJobAvailabilityBurnsFast: [critical('job'), warning('job')],
  SloJobAvailabilityBurnsSlowly: [warning('job')],
  SloJobDurationBroken: [warning('job')],
  SloJobFreshnessBurnsFast: [critical('job'), warning('job')],
  SloJobFreshnessBurnsSlowly: [warning('job')],
  SloSourceFreshnessBurnsSlowly: [warning('sync')],
  SloAdminAvailabilityBurnsFast: [critical('service')],
  SloAdminAvailabilityBurnsSlowly: [warning('service')],
  SloErrorBudgetShrinking: [info('slo')],
  SloErrorBudgetSpent: [warning('slo')],
  SloRetentionTooShort: [warning('slo')],
};
