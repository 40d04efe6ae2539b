import { adminAvailability } from './admin.ts';
import type { SloSet } from './groups.ts';
import {
  jobAvailability,
  jobDuration,
  jobExperience,
  jobFreshness,
  jobReliability,
  jobSuccess,
  successObjective,
} from './jobs.ts';
import { sourceFreshness } from './sources.ts';

/** The SLOs that are shipped: the five of reference system 002, for every job and admin endpoint, and the one of a sync's sources. */
export const shippedSlos: SloSet = {
  slos: [jobSuccess, jobAvailability, jobDuration, jobFreshness, adminAvailability, sourceFreshness],
  composites: [jobReliability, jobExperience],
  inputs: [successObjective],
};
