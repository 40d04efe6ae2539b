import { sloFloors } from './floors.ts';
import { jobThresholds } from './jobs.ts';
import { policyThresholds } from './policy-alerts.ts';

/** What the rules of SLOs compare with, where it is neither an objective nor computed from one. */
export const sloThresholds = [...sloFloors, ...jobThresholds, ...policyThresholds] as const;
