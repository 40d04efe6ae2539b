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
    end: hours(40),
    // No older than an hour: bad from 25 h 05 min on. 43 / 864 = 4.98 %, 44 / 864 = 5.09 % at 28 h 40 min; good at 30 h.
    series: {
      ...declared(JOB, { freshness: hours(1) }),
      ...source('dead', hours(24), hours(30)),
      ...source('good', hours(50), hours(50)),
    },
    held: [
      {
        labels: { job_name: JOB, slo: 'source-freshness', source: 'dead' },
        from: hours(28) + minutes(40),
        // Four of 72 slices are 5.6 % of six hours, three are 4.2 %: the last of them is at 29 h 55 min.
        to: hours(35) + minutes(40),
      },
    ],
    quietAt: [hours(28) + minutes(35)],
  },
  {
    alert: 'SloSourceFreshnessBurnsSlowly',
    title: 'is quiet at 43 bad slices of the 864 of three days',
    pace: BY_FIVE,
    end: hours(32),
    series: {
      ...declared(JOB, { freshness: hours(1) }),
      ...source('slow', hours(24), hours(28) + minutes(40)),
    },
    held: [],
    quietAt: [hours(28) + minutes(35), hours(29)],
  },
];
