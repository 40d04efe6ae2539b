import { hours, minutes } from '../scenario/world/time.ts';
import type { History, Told } from './history.ts';
import { about, MINUTELY, perMinute, requests } from './requests.ts';
import { BY_SLICES, type Count } from './told.ts';

const away =
  (told: Count): Told =>
  (time) =>
    (time > hours(2) && time < hours(6)) || (time > hours(10) && time < hours(18)) ? undefined : told(time);

/** What counters add to a window when they are away, gone, born or reset. */
export const counterHistories: readonly History[] = [
  {
    title: 'a counter that was away for less than six hours is the same one, after them it is a new one',
    pace: BY_SLICES,
    end: hours(19),
    slos: ['admin-availability'],
    series: {
      // From 2 h to 6 h, and from 10 h to 18 h, nobody scrapes. In the first of these gaps comes one error and nothing else.
      ...requests(
        '200',
        away((time) => 1_000 + Math.floor(Math.max(0, time - hours(6)) / 60)),
      ),
      ...requests(
        '500',
        away((time) => (time < hours(4) ? 7 : 8)),
      ),
    },
    expects: {
      [hours(2)]: { 'events:increase5m': about(0), 'bad_events:increase5m': about(0) },
      // One sample is no increase yet.
      [hours(6)]: {
        'events:increase5m': about(1),
        'bad_events:increase5m': about(1),
        'events:increase30m': [],
        'bad_events:increase30m': [],
        'events:increase1h': [],
        'bad_events:increase1h': [],
      },
      // 30 requests since 6 h; increase() adds half a minute before the first sample.
      [hours(6.5)]: { 'events:increase1h': about(30.5), 'bad_events:increase1h': about(0) },
      // 1,720 and 8 at 18 h, all of it new.
      [hours(18)]: Object.fromEntries(
        ['5m', '30m', '1h'].flatMap((window) => [
          [`events:increase${window}`, about(1_728)],
          [`bad_events:increase${window}`, about(8)],
        ]),
      ),
      [hours(18) + minutes(5)]: { 'events:increase5m': about(5), 'bad_events:increase5m': about(0) },
    },
  },
  {
    title: 'a replica that is gone leaves what it counted last, and then nothing',
    pace: MINUTELY,
    end: minutes(30),
    slos: ['admin-availability'],
    series: {
      ...requests('200', (time) => (time <= minutes(20) ? time / 60 : undefined)),
      ...requests('500', (time) => (time <= minutes(20) ? time / 60 : undefined)),
    },
    expects: {
      // 19 and 20, and an error with each.
      [minutes(23)]: { 'events:increase5m': about(4), 'bad_events:increase5m': about(2) },
      [minutes(26)]: { 'events:increase5m': [] },
      [minutes(27)]: { 'events:increase5m': [], 'bad_events:increase5m': [] },
    },
  },
  {
    title: 'a reset to nearly the same count is a reset',
    pace: MINUTELY,
    end: minutes(90),
    slos: ['admin-availability'],
    series: {
      ...requests('200', (time) => (time < minutes(31) ? 5 : 4)),
      ...requests('500', (time) =>
        time < minutes(26) ? 2 : time < minutes(31) ? 3 : time < minutes(33) ? 1 : 2,
      ),
      ...requests('502', (time) => (time < minutes(41) ? undefined : 3)),
      // A replica that was there for one minute.
      ...requests('504', (time) => (time === minutes(20) ? 9 : undefined)),
    },
    expects: {
      [minutes(20)]: {
        'events:increase5m': about(9),
        'bad_events:increase5m': about(9),
        'bad_events:increase30m': about(2 + 9),
      },
      [minutes(23)]: { 'events:increase5m': about(9), 'bad_events:increase5m': about(9) },
      [minutes(26)]: { 'events:increase5m': about(1), 'bad_events:increase5m': about(1) },
      [minutes(27)]: { 'events:increase5m': about(1), 'bad_events:increase5m': about(1) },
      [minutes(30)]: { 'events:increase5m': about(1) },
      // What the new process has counted: 4 and 2. Prometheus extrapolates neither at the edges of whole minutes.
      [minutes(34)]: { 'events:increase5m': about(6), 'bad_events:increase5m': about(2) },
      [minutes(43)]: { 'events:increase5m': about(3), 'bad_events:increase5m': about(3) },
      [minutes(44)]: { 'events:increase5m': about(3), 'bad_events:increase5m': about(3) },
      [minutes(47)]: { 'events:increase5m': about(0), 'bad_events:increase5m': about(0) },
      // One error before the reset, two after it; three of a series that was born with them.
      [minutes(50)]: { 'events:increase30m': about(4 + 3 + 3), 'bad_events:increase30m': about(3 + 3) },
      [minutes(58)]: { 'events:increase30m': about(4 + 2 + 3), 'bad_events:increase30m': about(2 + 3) },
      [minutes(85)]: { 'events:increase1h': about(4 + 3 + 3), 'bad_events:increase1h': about(3 + 3) },
    },
  },
  {
    title: 'errors that bring a counter back to where it was before a restart are new ones',
    pace: MINUTELY,
    end: minutes(25),
    slos: ['admin-availability'],
    series: {
      ...requests('200', perMinute(1)),
      // Three, and after the restart another three: 1, 2, 3. So counts a process that each of a few errors ends.
      ...requests('500', (time) => (time < minutes(22) ? 3 : Math.min(3, time / 60 - 21))),
    },
    expects: { [minutes(25)]: { 'events:increase5m': about(5 + 3), 'bad_events:increase5m': about(3) } },
  },
  {
    title: 'a single request that fails is all that there is',
    pace: MINUTELY,
    end: minutes(12),
    slos: ['admin-availability'],
    series: requests('500', (time) => (time < minutes(10) ? undefined : 1)),
    expects: {
      [minutes(12)]: Object.fromEntries(
        ['5m', '30m', '1h'].flatMap((window) => [
          [`events:increase${window}`, about(1)],
          [`bad_events:increase${window}`, about(1)],
          [`burn_rate:ratio${window}`, about(1_000)],
        ]),
      ),
    },
  },
];
