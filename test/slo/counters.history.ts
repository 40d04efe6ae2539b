import { hours, minutes } from '../scenario/world/time.ts';
import type { History, Told } from './history.ts';
import { about, MINUTELY, requests } from './requests.ts';
import { BY_SLICES, began, type Count } from './told.ts';

const away =
  (told: Count): Told =>
  (time) =>
    (time > hours(2) && time < hours(6)) || (time > hours(10) && time < hours(18)) ? undefined : told(time);

/** What counters add to a window when they are away, gone, born or reset. */
export const counterHistories: readonly History[] = [
  {
    title:
      'a counter that was away for less than six hours goes on, after them it says nothing of when it counted',
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
      [hours(6)]: Object.fromEntries(
        ['5m', '30m', '1h'].flatMap((window) => [
          [`events:increase${window}`, about(1)],
          [`bad_events:increase${window}`, about(1)],
        ]),
      ),
      // 30 requests since 6 h, and the error that came in the gap.
      [hours(6.5)]: { 'events:increase1h': about(31), 'bad_events:increase1h': about(1) },
      // 1,720 and 8 at 18 h. Of what came since 10 h nobody knows when.
      [hours(18)]: Object.fromEntries(
        ['5m', '30m', '1h'].flatMap((window) => [
          [`events:increase${window}`, about(0)],
          [`bad_events:increase${window}`, about(0)],
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
      [minutes(27)]: { 'events:increase5m': about(0), 'bad_events:increase5m': about(0) },
    },
  },
  {
    title: 'another process on the same target is another one, whether it has counted less, as much or more',
    pace: MINUTELY,
    end: minutes(90),
    slos: ['admin-availability'],
    series: {
      // The second process begins at 31 min and the third at 61 min.
      'sightglass_process_start_timestamp_seconds{instance="a",process_id="1"}': (time) =>
        time < minutes(31) ? 0 : undefined,
      'sightglass_process_start_timestamp_seconds{instance="a",process_id="2"}': (time) =>
        time < minutes(31) || time >= minutes(61) ? undefined : minutes(31),
      'sightglass_process_start_timestamp_seconds{instance="a",process_id="3"}': (time) =>
        time < minutes(61) ? undefined : minutes(61),
      ...requests('200', (time) => (time < minutes(31) ? 5 : 4)),
      ...requests('500', (time) =>
        time < minutes(26) ? 2 : time < minutes(31) ? 3 : time < minutes(33) ? 1 : 2,
      ),
      // A status that it answers for the first time, three times at once.
      ...requests('502', (time) => (time < minutes(41) ? undefined : 3)),
    },
    expects: {
      [minutes(20)]: { 'events:increase5m': about(0), 'bad_events:increase5m': about(0) },
      [minutes(26)]: { 'events:increase5m': about(1), 'bad_events:increase5m': about(1) },
      [minutes(31)]: { 'events:increase5m': about(5), 'bad_events:increase5m': about(1) },
      [minutes(34)]: { 'events:increase5m': about(6), 'bad_events:increase5m': about(2) },
      [minutes(43)]: { 'events:increase5m': about(3), 'bad_events:increase5m': about(3) },
      [minutes(47)]: { 'events:increase5m': about(0), 'bad_events:increase5m': about(0) },
      [minutes(50)]: { 'events:increase30m': about(1 + 6 + 3), 'bad_events:increase30m': about(1 + 2 + 3) },
      [minutes(58)]: { 'events:increase30m': about(6 + 3), 'bad_events:increase30m': about(2 + 3) },
      // The third has counted nine when it is first seen.
      [minutes(61)]: { 'events:increase5m': about(9), 'bad_events:increase5m': about(5) },
      [minutes(85)]: {
        'events:increase1h': about(1 + 6 + 3 + 9),
        'bad_events:increase1h': about(1 + 2 + 3 + 5),
      },
    },
  },
  {
    title: 'errors that bring a counter back to where it was before a restart are new ones',
    pace: MINUTELY,
    end: minutes(25),
    slos: ['admin-availability'],
    series: {
      'sightglass_process_start_timestamp_seconds{instance="a",process_id="1"}': (time) =>
        time < minutes(22) ? 0 : undefined,
      'sightglass_process_start_timestamp_seconds{instance="a",process_id="2"}': (time) =>
        time < minutes(22) ? undefined : minutes(22),
      ...requests('200', () => 7),
      // Three, and after the restart three at once. So counts a process that each of a few errors ends.
      ...requests('500', () => 3),
    },
    expects: { [minutes(25)]: { 'events:increase5m': about(7 + 3), 'bad_events:increase5m': about(3) } },
  },
  {
    title: 'a single request that fails is all that there is',
    pace: MINUTELY,
    end: minutes(12),
    slos: ['admin-availability'],
    series: { ...began('a'), ...requests('500', (time) => (time < minutes(10) ? undefined : 1)) },
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
