import type { Day, Figures } from './figures.ts';
import type { Period } from './period.ts';

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
