import { describe, expect, test } from 'vitest';
import { type CronSchedule, readCron } from './cron/index.ts';
import { CronTimetable } from './cron-timetable.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A process with two clocks, one timetable, and a scheduler that starts whatever its clock shows. */
function processAt(start: string, expression: string, timezone = 'UTC') {
  let wallMs = Date.parse(start);
  let monotonicMs = 5_000_000;
  const schedule = readCron(expression, timezone, wallMs) as CronSchedule;
  const timetable = new CronTimetable(schedule);
  const now = () => ({ wallMs, monotonicMs });
  timetable.begin(now());
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 19);
  return {
    schedule,
    timetable,
    now,
    pass(ms: number) {
      wallMs += ms;
      monotonicMs += ms;
    },
    jump(ms: number) {
      wallMs += ms;
    },
    passed: () => timetable.passed(now()).map(time),
    next: () => time(timetable.nextMs(now())),
    start(scheduledFor?: string) {
      const { passed, latenessMs, due } = timetable.start(
        now(),
        scheduledFor === undefined ? undefined : Date.parse(scheduledFor),
      );
      return { passed: passed.map(time), latenessMs, due };
    },
  };
}

describe('a start', () => {
  test('on time is due, and the next one is expected', () => {
    const { pass, start, next, passed } = processAt('2026-01-01T00:00:00Z', '0 */6 * * *');
    expect(next()).toBe('06:00:00');
    pass(6 * HOUR + 3);
    expect(start()).toEqual({ passed: [], latenessMs: 3, due: true });
    expect([next(), passed()]).toEqual(['12:00:00', []]);
  });

  test('a moment early, as timers are, is the one that was due', () => {
    const { pass, start, next } = processAt('2026-01-01T00:00:00Z', '0 */6 * * *');
    pass(6 * HOUR - 2);
    expect(start()).toEqual({ passed: [], latenessMs: 0, due: true });
    expect(next()).toBe('12:00:00');
  });

  test('late within a minute is late and not missed', () => {
    const { pass, start, passed, next } = processAt('2026-01-01T00:00:00Z', '0 */6 * * *');
    pass(6 * HOUR + MINUTE);
    expect([passed(), next()]).toEqual([[], '06:00:00']);
    expect(start()).toEqual({ passed: [], latenessMs: MINUTE, due: true });
  });

  test('that does not come is missed once, and one that comes after all is late', () => {
    const { pass, start, passed, next } = processAt('2026-01-01T00:00:00Z', '0 */6 * * *');
    pass(6 * HOUR + MINUTE + 1);
    expect([passed(), passed(), next()]).toEqual([['06:00:00'], [], '12:00:00']);
    pass(10 * MINUTE);
    expect(start()).toEqual({ passed: [], latenessMs: 11 * MINUTE + 1, due: false });
    expect(start()).toEqual({ passed: [], latenessMs: undefined, due: false });
    expect(next()).toBe('12:00:00');
  });

  test('after several times have passed is meant for the last, and the others were missed', () => {
    const { pass, start } = processAt('2026-01-01T00:00:00Z', '*/5 * * * *');
    pass(16 * MINUTE);
    expect(start()).toEqual({ passed: ['00:05:00', '00:10:00'], latenessMs: MINUTE, due: true });
  });

  test('is late no longer than half of the time to the next one', () => {
    const { pass, passed } = processAt('2026-01-01T00:00:00Z', '* * * * * *');
    pass(1_500);
    expect(passed()).toEqual([]);
    pass(1);
    expect(passed()).toEqual(['00:00:01']);
  });

  test('that a scheduler names is that one; naming it again adds nothing', () => {
    const { pass, start, next } = processAt('2026-01-01T00:00:00Z', '0 */6 * * *');
    pass(6 * HOUR + 20 * SECOND);
    expect(start('2026-01-01T06:00:00Z')).toEqual({ passed: [], latenessMs: 20 * SECOND, due: true });
    pass(MINUTE);
    expect(start('2026-01-01T06:00:00Z')).toEqual({ passed: [], latenessMs: undefined, due: false });
    expect(next()).toBe('12:00:00');
  });

  test('of a schedule that was silent for very long does not list what nobody would read', () => {
    const { pass, passed, next } = processAt('2026-01-01T00:00:00Z', '* * * * * *');
    pass(24 * HOUR);
    expect(passed()).toHaveLength(1_000);
    expect([passed(), next()]).toEqual([[], '00:00:01']);
  });
});

describe('a change of the clocks', () => {
  const EXPRESSIONS = [
    '30 2 * * *',
    '0 * * * *',
    '*/20 * * * *',
    '0 2,14 * * *',
    '*/30 2 * * *',
    '15 3 * * 0',
  ];
  const NIGHTS = [
    ['spring', '2026-03-27T12:00:00Z'],
    ['autumn', '2026-10-23T12:00:00Z'],
  ] as const;
  const cases = NIGHTS.flatMap(([season, start]) => EXPRESSIONS.map((e) => [season, e, start] as const));

  test.each(cases)('in %s neither makes nor hides a start of "%s"', (_, expression, start) => {
    const kept = processAt(start, expression, 'Europe/Berlin');
    const silent = processAt(start, expression, 'Europe/Berlin');
    let starts = 0;
    let missed = 0;
    for (let second = 0; second < 4 * 24 * 3600; second += 60) {
      kept.pass(MINUTE);
      silent.pass(MINUTE);
      const { wallMs } = kept.now();
      if (kept.schedule.latest(wallMs) === wallMs) {
        starts++;
        expect(kept.start()).toEqual({ passed: [], latenessMs: 0, due: true });
      }
      expect(kept.passed()).toEqual([]);
      missed += silent.passed().length;
    }
    silent.pass(MINUTE + 1);
    expect(starts).toBeGreaterThan(0);
    expect(missed + silent.passed().length).toBe(starts);
  });
});

describe('a wall clock that jumps', () => {
  test('forwards over many starts invents none of them', () => {
    const { jump, pass, passed, start } = processAt('2026-01-01T00:00:00Z', '*/5 * * * *');
    pass(2 * MINUTE);
    jump(2 * HOUR);
    expect(passed()).toEqual([]);
    pass(3 * MINUTE);
    expect(start()).toEqual({ passed: [], latenessMs: 0, due: true });
    expect(passed()).toEqual([]);
  });

  test('forwards over many starts hides nothing when none comes afterwards', () => {
    const { jump, pass, passed } = processAt('2026-01-01T00:00:00Z', '*/5 * * * *');
    jump(2 * HOUR + 2 * MINUTE);
    expect(passed()).toEqual([]);
    pass(4 * MINUTE + SECOND);
    expect(passed()).toEqual(['02:05:00']);
  });

  test('forwards over the only start shows it missed once the longest gap has really passed', () => {
    const { jump, pass, passed, next } = processAt('2026-01-01T06:00:00Z', '0 */6 * * *');
    pass(5 * HOUR);
    jump(2 * HOUR);
    expect([passed(), next()]).toEqual([[], '18:00:00']);
    pass(HOUR);
    expect(passed()).toEqual([]);
    pass(MINUTE + 1);
    expect([passed(), passed()]).toEqual([['12:00:00'], []]);
  });

  test('forwards just before a start makes that start neither missed nor late', () => {
    const { jump, pass, passed, start } = processAt('2026-01-01T06:00:00Z', '0 */6 * * *');
    pass(6 * HOUR - MINUTE);
    jump(3 * HOUR);
    expect(passed()).toEqual([]);
    pass(20 * SECOND);
    expect(start()).toMatchObject({ passed: [], latenessMs: 20 * SECOND, due: true });
    expect(passed()).toEqual([]);
  });

  test('backwards over starts that had their run does not ask for them again', () => {
    const { jump, pass, passed, start } = processAt('2026-01-01T11:00:00Z', '0 12 * * *');
    pass(HOUR);
    start();
    pass(30 * SECOND);
    jump(-30 * MINUTE);
    pass(HOUR);
    expect(passed()).toEqual([]);
    // A scheduler that starts it again has started it again.
    expect(start()).toMatchObject({ passed: [], latenessMs: undefined });
  });

  test('backwards by a moment does not ask for the same start twice', () => {
    const { jump, pass, passed, start, next } = processAt('2026-01-01T00:00:00Z', '*/5 * * * *');
    pass(5 * MINUTE + 200);
    start();
    jump(-500);
    expect(next()).toBe('00:10:00');
    pass(2 * MINUTE);
    expect(passed()).toEqual([]);
  });

  test.each([
    ['an hour', -HOUR],
    ['four years', -4 * 365 * 24 * HOUR],
  ])('backwards by %s does not hide a scheduler that has stopped', (_, ms) => {
    const { jump, pass, passed, start } = processAt('2026-01-01T08:00:00Z', '*/5 * * * *');
    pass(5 * MINUTE);
    start();
    jump(ms);
    let missed = 0;
    for (let minute = 0; minute < 60; minute++) {
      pass(MINUTE);
      missed += passed().length;
    }
    expect(missed).toBeGreaterThanOrEqual(10);
    expect(missed).toBeLessThanOrEqual(12);
  });

  test('to a wrong year and back is forgotten', () => {
    const { jump, pass, passed, start, next } = processAt('2026-01-01T00:00:00Z', '*/5 * * * *');
    const years = 4 * 365 * 24 * HOUR;
    jump(years);
    expect(passed()).toEqual([]);
    pass(MINUTE);
    jump(-years);
    expect(passed()).toEqual([]);
    pass(4 * MINUTE);
    expect(start()).toEqual({ passed: [], latenessMs: 0, due: true });
    expect(next()).toBe('00:10:00');
  });
});
