import { hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { AlertStory } from './alert-story.ts';
import type { Told } from './history.ts';
import { declared } from './told.ts';

const JOB = 'pricing-sync';
const MINUTELY: Pace = { scrape: 60, evaluation: 60 };
const BY_FIVE: Pace = { scrape: minutes(5), evaluation: minutes(5) };
const BY_QUARTERS: Pace = { scrape: minutes(15), evaluation: minutes(15) };
const labelsOf = (slo: string) => ({ job_name: JOB, slo });

/** A job that promises to end a run every ten minutes: available while the last one ended no more than 15 minutes ago, fresh within as much. */
const TEN = { interval: minutes(10), freshness: minutes(15) };
/** A job for slices of five and of fifteen minutes: late after 40 minutes. */
const THIRTY = { interval: minutes(30), freshness: minutes(40) };

/** How old the last of regular ends is, with stops between two times. */
const ageWith =
  (interval: number, ...stops: readonly (readonly [after: number, next: number])[]): Told =>
  (time) => {
    const stop = stops.find(([after, next]) => time >= after && time < next);
    if (stop !== undefined) return time - stop[0];
    const since = stops.findLast(([, next]) => time >= next)?.[1] ?? 0;
    return (time - since) % interval;
  };

const job = (age: Told, promises: typeof TEN, slo: string) =>
  declared(JOB, { ...promises, [slo === 'job-freshness' ? 'dataAge' : 'runAge']: age });

const m = minutes;

/** An alert on a job, as Prometheus shows it between two times. */
const alerts = (
  alertname: string,
  alertstate: 'firing' | 'pending',
  job_name: string,
  from: number,
  to: number,
): { readonly [series: string]: Told } => ({
  [`ALERTS{alertname="${alertname}",alertstate="${alertstate}",job_name="${job_name}"}`]: (time) =>
    time >= from && time < to ? 1 : undefined,
});

/** The four pairs of windows on slices, for one SLO of 99 %. */
function sliceStories(slo: 'job-availability' | 'job-freshness'): readonly AlertStory[] {
  const name = slo === 'job-availability' ? 'SloJobAvailability' : 'SloJobFreshness';
  const labels = labelsOf(slo);
  const fast = { alert: `${name}BurnsFast`, pace: MINUTELY };
  const slow = { alert: `${name}BurnsSlowly` };
  /** The last run ended at 40 minutes past; from 56 to 62 past it is too old. Seven bad slices, once an hour. */
  const hourly = (count: number): Told =>
    ageWith(m(10), ...Array.from({ length: count }, (_, i) => [m(460 + 60 * i), m(483 + 60 * i)] as const));
  return [
    {
      ...fast,
      title: 'pages when nine of the last 60 minutes are bad, and ends when the last half hour has but one',
      end: m(480),
      // The last end is at 360, too old from 376 on; the next at 420.
      series: job(ageWith(m(10), [m(360), m(420)]), TEN, slo),
      // 8 / 60 = 13.3 %, 9 / 60 = 15 %. 44 bad of 360 keep the six hours at 12 %, 2 of 30 the half hour at 6.7 %.
      held: [{ labels, from: m(384), to: m(448) }],
    },
    {
      ...fast,
      title: 'says nothing of eight bad minutes',
      end: m(440),
      series: job(ageWith(m(10), [m(360), m(384)]), TEN, slo),
      held: [],
      quietAt: [m(383), m(388), m(400)],
    },
    {
      ...fast,
      title: 'pages when 22 of the last 360 minutes are bad, though no hour has more than eight',
      end: m(720),
      series: job(hourly(4), TEN, slo),
      // Three times seven are 21 / 360 = 5.8 %. The fourth time begins at 656; the half hour has two bad slices at 657: 2 / 30 = 6.7 %.
      held: [{ labels, from: m(657), to: m(691) }],
      quietAt: [m(560), m(600), m(656)],
    },
    {
      ...fast,
      title: 'says nothing of 21 bad minutes in six hours',
      end: m(660),
      series: job(hourly(3), TEN, slo),
      held: [],
      quietAt: [m(602), m(610)],
    },
    {
      ...fast,
      title: 'holds back while another alert says that the job is gone, and then until it has run again',
      end: m(780),
      // Too old from 76 on, also in the 20 minutes between the end of that alert and the next run.
      series: {
        ...job(ageWith(m(10), [m(60), m(660)]), TEN, slo),
        ...alerts('JobGone', 'firing', JOB, m(70), m(640)),
      },
      held: [],
      quietAt: [m(90), m(300), m(650), m(700)],
    },
    {
      ...fast,
      title: 'is held back neither by an alert of another job nor by one that only waits',
      end: m(180),
      series: {
        ...job(ageWith(m(10), [m(60), m(120)]), TEN, slo),
        ...alerts('JobGone', 'firing', 'another', m(60), m(120)),
        ...alerts('JobStopped', 'pending', JOB, m(60), m(120)),
        ...alerts('JobSlow', 'firing', JOB, m(60), m(120)),
      },
      held: [{ labels, from: m(84), to: m(148) }],
      quietAt: [m(83)],
    },
    {
      ...slow,
      title: 'warns when nine of the 864 slices of three days are bad, and until six hours are good',
      pace: BY_FIVE,
      end: hours(34),
      // Too old from 25 h 15 min on, good again at 26 h. 8 / 864 = 0.93 %, 9 / 864 = 1.04 %, though not all of the three days have been; the ninth is at 25 h 55 min.
      series: job(ageWith(m(30), [hours(24.5), hours(26)]), THIRTY, slo),
      held: [{ labels, from: hours(25) + m(55), to: hours(32) - m(5) }],
      quietAt: [hours(25) + m(50)],
    },
    {
      ...slow,
      title: 'warns of the third bad quarter of an hour in three days: 2 / 288 = 0.7 %, 3 / 288 = 1.04 %',
      pace: BY_QUARTERS,
      end: hours(88),
      // Too old 45 and 60 minutes after each stop.
      series: job(
        ageWith(m(30), ...[73, 75, 79].map((hour) => [hours(hour), hours(hour) + m(75)] as const)),
        THIRTY,
        slo,
      ),
      held: [{ labels, from: hours(75) + m(45), to: hours(79) + m(60) + hours(6) }],
      quietAt: [hours(74), hours(75) + m(30)],
    },
  ];
}

export const burningStories: readonly AlertStory[] = [
  ...sliceStories('job-availability'),
  ...sliceStories('job-freshness'),
];
