import { days, hours, minutes } from '../scenario/world/time.ts';
import type { Values } from './history.ts';
import type { Count } from './told.ts';

/*
 * The figures of SLOs from their definition, counted one by one: no PromQL. Windows hold what came after their begin, up to their end.
 */

type Labels = { readonly [name: string]: string };
type Claims = { readonly [record: string]: Values };

const BURN = { '5m': minutes(5), '30m': minutes(30), '1h': hours(1), '6h': hours(6), '3d': days(3) } as const;

/** Claims about several subjects at one time, as one. */
export function together(...claims: readonly Claims[]): Claims {
  const records = [...new Set(claims.flatMap((each) => Object.keys(each)))];
  return Object.fromEntries(records.map((record) => [record, claims.flatMap((each) => each[record] ?? [])]));
}

const millionth = (value: number): number => Number(value.toFixed(6));

/** The error-budget policy in words: below 75 %, 50 %, 25 % and nothing. */
const levelOf = (remaining: number): number =>
  remaining >= 0.75 ? 0 : remaining >= 0.5 ? 1 : remaining >= 0.25 ? 2 : remaining >= 0 ? 3 : 4;

interface Budget {
  readonly labels: Labels;
  readonly objective: number;
  readonly window: number;
  readonly events: number;
  readonly bad: number;
  /** What may be bad at least. */
  readonly least?: number;
  /** How many events the budget is of at least. */
  readonly atLeast?: number;
}

/** What follows from the events of a window. */
function budget({ labels, objective, window, events, bad, least = 0, atLeast = 0 }: Budget): Claims {
  const allowed = Math.max(least, (1 - objective) * Math.max(events, atLeast));
  const remaining = millionth(1 - bad / allowed);
  return {
    'objective:ratio': [[labels, objective]],
    'window:seconds': [[labels, window]],
    'events:increase_window': [[labels, events]],
    'bad_events:increase_window': [[labels, bad]],
    'allowed_events:increase_window': [[labels, allowed]],
    'good_events:ratio_window': [[labels, 1 - bad / events]],
    'error_budget_remaining:ratio': [[labels, remaining]],
    'error_budget_policy:level': [[labels, levelOf(remaining)]],
  };
}

/** An SLO on runs: `total` and `bad` count them since the start. */
export function runClaims(
  time: number,
  {
    labels,
    objective,
    window,
    total,
    bad,
  }: { labels: Labels; objective: number; window: number; total: Count; bad: Count },
): Claims {
  const since = (count: Count, span: number) =>
    Number((count(time) - count(Math.max(0, time - span))).toFixed(2));
  return {
    ...budget({ labels, objective, window, events: since(total, window), bad: since(bad, window), least: 1 }),
    'events:increase1d': [[labels, since(total, days(1))]],
    'bad_events:increase1d': [[labels, since(bad, days(1))]],
  };
}

/**
 * An SLO on slices, one each `step`: `good` says what the slice is, undefined for none. A window of which not all has been is judged as if the
 * rest of it were good.
 */
export function sliceClaims(
  time: number,
  {
    labels,
    objective,
    step,
    good,
  }: { labels: Labels; objective: number; step: number; good: (time: number) => boolean | undefined },
): Claims {
  const within = (span: number) => {
    const slices: boolean[] = [];
    const steps = Math.ceil(span / step) * step;
    for (let at = Math.max(0, time - steps + step); at <= time; at += step) {
      const slice = good(Math.round(at / step) * step);
      if (slice !== undefined) slices.push(slice);
    }
    return { events: slices.length, bad: slices.filter((slice) => !slice).length };
  };
  const day = within(days(1));
  const now = good(time);
  return {
    ...budget({ labels, objective, window: days(30), ...within(days(30)), atLeast: days(30) / step }),
    ...(now === undefined ? {} : { 'good_slice:bool': [[labels, now ? 1 : 0]] }),
    'events:increase1d': [[labels, day.events]],
    'bad_events:increase1d': [[labels, day.bad]],
    ...Object.fromEntries(
      Object.entries(BURN).map(([name, span]) => {
        const { events, bad } = within(span);
        const share = bad / Math.max(events, span / step);
        return [`burn_rate:ratio${name}`, [[labels, share / (1 - objective)]]] as const;
      }),
    ),
  };
}

/** An SLO on traffic: `total` and `bad` count events since the start. */
export function trafficClaims(
  time: number,
  { labels, objective, total, bad }: { labels: Labels; objective: number; total: Count; bad: Count },
): Claims {
  const since = (count: Count, span: number) => count(time) - count(Math.max(0, time - span));
  const windows = { ...BURN, '1d': days(1) } as const;
  const counts = Object.entries(windows).map(([name, span]) => ({
    name,
    events: since(total, span),
    bad: since(bad, span),
  }));
  return {
    ...budget({
      labels,
      objective,
      window: days(30),
      events: since(total, days(30)),
      bad: since(bad, days(30)),
    }),
    ...Object.fromEntries(
      counts.flatMap(({ name, events, bad }) => [
        [`events:increase${name}`, [[labels, events]]],
        [`bad_events:increase${name}`, [[labels, bad]]],
        ...(name === '1d' ? [] : [[`burn_rate:ratio${name}`, [[labels, bad / events / (1 - objective)]]]]),
      ]),
    ),
  };
}
