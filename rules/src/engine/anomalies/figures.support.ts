import { backtest } from '../../backtest/backtest.ts';
import { isUnusual, judge } from '../../backtest/judge.ts';
import { reportTable, table } from '../../backtest/text.ts';
import { type History, HOURS, histories, type Verdict, WATCHED_FROM } from './histories.support.ts';
import { ANOMALY_METHODS, type AnomalyMethod } from './index.ts';

/*
 * What the back-test says of the histories, and the tables of it in `docs/anomalies.md`. To print them:
 * `node --conditions=@sightglass/source rules/src/engine/anomalies/figures.support.ts`.
 */

/** In how many hours a method was unusual, in the event and besides, and how many it judged. */
export interface Figures {
  readonly inEvent: number;
  readonly besides: number;
  readonly judged: number;
}

export const eventOf = ({ event = [0, 0] }: History) => event;
export const endOf = ({ hours = HOURS }: History) => hours;
export const watchedFrom = ({ watched: from = WATCHED_FROM }: History) => from;

export function verdictOf(history: History, { inEvent, besides, judged }: Figures): Verdict {
  if (judged === 0) return 'not judged';
  if (history.event === undefined) return besides > 0 ? 'false alarm' : 'quiet';
  if (inEvent === 0) return 'missed';
  return besides > 0 ? 'found, and more' : 'found';
}

/** What the back-test says of it. */
function figuresByBacktest(history: History, method: AnomalyMethod): Figures {
  const hours = Array.from({ length: endOf(history) }, (_, hour) => history.value(hour));
  const verdicts = judge(hours, method, { counts: history.counts === true }).map((each) => isUnusual(each));
  const [from, to] = eventOf(history);
  const some = verdicts.slice(watchedFrom(history));
  const inEvent = verdicts.slice(from, to).filter((verdict) => verdict === true).length;
  return {
    inEvent,
    besides: some.filter((verdict) => verdict === true).length - inEvent,
    judged: some.filter((verdict) => verdict !== undefined).length,
  };
}

export const byBacktest = new Map(
  histories.flatMap((history) =>
    ANOMALY_METHODS.map(
      (method) => [`${history.name} ${method}`, figuresByBacktest(history, method)] as const,
    ),
  ),
);
/** The table of the guide. */
export const historyTable = (): string =>
  table(
    ['history', 'what it is', ...ANOMALY_METHODS],
    histories.map((history) => [
      history.name,
      history.about,
      ...ANOMALY_METHODS.map((method) => {
        const { inEvent, besides, judged } = byBacktest.get(`${history.name} ${method}`)!;
        const [from, to] = eventOf(history);
        const counted = [
          ...(to > from && judged > 0 ? [`${inEvent} of ${to - from} h`] : []),
          ...(besides > 0 ? [`${besides} h besides`] : []),
        ];
        const verdict = history.verdicts[method];
        return counted.length === 0 ? verdict : `${verdict} (${counted.join(', ')})`;
      }),
    ]),
  );

/** Half a year of series that nothing happens to, and what the back-test says of each. */
export const quietTables = (): string =>
  ['noisy', 'daily cycle', 'weekly cycle', 'growth']
    .map((name) => {
      const { about, value } = histories.find((history) => history.name === name)!;
      const hours = Array.from({ length: (3 + 26) * 168 }, (_, hour) => value(hour));
      const reports = ANOMALY_METHODS.map((method) => backtest(hours, 3 * 168, method));
      return `**${name}** (${about}):\n\n${reportTable(reports)}`;
    })
    .join('\n\n');

if (process.argv[1]?.endsWith('figures.support.ts')) console.log(`${historyTable()}\n\n${quietTables()}`);
