import type { Day, Figures } from './figures.ts';
import type { Period } from './period.ts';
import { recoveryOf } from './recovery.ts';

/** A share with as many digits as tell objectives apart: `99.95 %`. */
export const share = (value: number | undefined): string =>
  value === undefined ? 'no data' : `${Number((value * 100).toFixed(3))} %`;

/** A number of events; counts that are extrapolated are rounded. */
export const count = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : 0)));

/** `2026-11-21 04:00 UTC`. */
export const timeText = (seconds: number): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A day by its date where it is one of the calendar, else by its end. */
export const dayText = (end: number): string =>
  end % 86_400 === 0
    ? new Date((end - 86_400) * 1_000).toISOString().slice(0, 10)
    : `24 h to ${timeText(end)}`;

/** What a figure is of, and the estate that it is in: `job_name prices, environment staging`. */
export const subjectText = ({ subject, estate }: Pick<Figures, 'subject' | 'estate'>): string =>
  Object.entries({ ...subject, ...estate })
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

export const periodTitle = ({ name }: Period): string =>
  ({ day: 'Daily', week: 'Weekly', month: 'Monthly' })[name];

export const levelText = ({ level }: Figures): string =>
  level === undefined ? 'no data' : `${level.number}, ${level.name}`;

export const dayLine = ({ end, events, bad }: Day, unit: string): string =>
  `${dayText(end)}: ${count(bad)} of ${count(events)} ${unit} (${share(1 - bad / events)} good)`;

/** What a plot shows, for whoever can't see it. */
export function burnDownText({ burnDown }: Figures): string {
  const [first] = burnDown;
  const last = burnDown.at(-1);
  if (first === undefined || last === undefined) return 'No data.';
  const lowest = burnDown.reduce((low, point) => (point.value < low.value ? point : low));
  return `From ${share(first.value)} to ${share(last.value)} of the error budget, lowest ${share(lowest.value)} at ${timeText(lowest.time)}.`;
}

/** A time as hours and minutes: `2 h 30 min`. */
export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** How many violations there were, and how long recovery took: for a cell of a table. */
export function violationsText({ violations }: Figures): string {
  const recovery = recoveryOf(violations);
  if (violations.length === 0) return 'none';
  return recovery === undefined
    ? `${violations.length}, not recovered`
    : `${violations.length}, recovered in ${durationText(recovery.mean)} on average`;
}

/** The same in sentences. */
export function recoveryText({ violations }: Figures): string {
  const recovery = recoveryOf(violations);
  const last = violations.at(-1);
  if (last === undefined) return 'No violation.';
  const open = last.end === undefined ? ` Not well since ${timeText(last.start)}.` : '';
  const over =
    recovery === undefined
      ? ''
      : ` Time to recovery: ${durationText(recovery.mean)} on average, ${durationText(recovery.longest)} at longest.`;
  return `${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}, the last from ${timeText(last.start)}${last.end === undefined ? '' : ` to ${timeText(last.end)}`}.${over}${open}`;
}
