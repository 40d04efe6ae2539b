import { hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { AlertStory } from './alert-story.ts';
import type { Told } from './history.ts';
import { declared } from './told.ts';

const JOB = 'pricing-sync';
const BY_FIVE: Pace = { scrape: minutes(5), evaluation: minutes(5) };

/** A source that is synced every five minutes, but for a stop between two times. */
const source = (name: string, after: number, next: number): { readonly [series: string]: Told } => ({
  [`job_name_source:sync_source_age_seconds:last_known{job_name="${JOB}",source="${name}"}`]: (time) =>
    time >= after && time < next ? time - after : 0,
});

export const sourceStories: readonly AlertStory[] = [
  {
    alert: 'SloSourceFreshnessBurnsSlowly',
    title: 'warns of a source that is bad for more than 5 % of three days, and of no other',
    pace: BY_FIVE,
    end: hours(36),
    // No older than an hour: bad from 25 h 05 min on. 15 / 315 = 4.76 %, 16 / 316 = 5.06 % at 26 h 20 min; good at 28 h.
    series: {
      ...declared(JOB, { freshness: hours(1) }),
      ...source('dead', hours(24), hours(28)),
      ...source('good', hours(40), hours(40)),
    },
    held: [
      {
        labels: { job_name: JOB, slo: 'source-freshness', source: 'dead' },
        from: hours(26) + minutes(20),
        // Four of 73 slices are 5.5 % of six hours, three are 4.1 %: the last of them is at 27 h 55 min.
        to: hours(33) + minutes(45),
      },
    ],
    quietAt: [hours(26) + minutes(15)],
  },
  {
    alert: 'SloSourceFreshnessBurnsSlowly',
    title: 'is quiet at 15 bad slices of 315',
    pace: BY_FIVE,
    end: hours(30),
    series: {
      ...declared(JOB, { freshness: hours(1) }),
      ...source('slow', hours(24), hours(26) + minutes(20)),
    },
    held: [],
    quietAt: [hours(26) + minutes(15), hours(27)],
  },
];
