import { declareStatistic, recordStatistic, retireStatistic } from './declare.ts';
import type { StatisticKind } from './kinds.ts';
import { problemsOf, type StatisticOptions } from './options.ts';

/** How each run of something that is declared elsewhere is compared with those before it: as a statistic of its name, with these options or, by `true`, with the defaults. */
export type ComparedRuns = boolean | Omit<StatisticOptions, 'name' | 'kind' | 'owner'>;

/** What a declaration says of its runs. */
export interface Compared {
  readonly name: string;
  readonly kind: StatisticKind;
  readonly owner?: string | undefined;
  readonly anomalies?: ComparedRuns | undefined;
}

/** What is wrong with the option `anomalies` of a declaration, in plain sentences. */
export function comparedProblems(given: unknown): string[] {
  if (given === undefined || typeof given === 'boolean') return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return ['anomalies must be true, false or an object of options of a statistic'];
  const whole = { ...given, name: 'statistic', kind: 'volume' } as StatisticOptions;
  const own = ['name', 'kind', 'owner'].filter((option) => Object.hasOwn(given, option));
  return [
    ...own.map((option) => `anomalies can not say ${option}, which the declaration does`),
    ...problemsOf(whole, whole).map((problem) => `anomalies: ${problem}`),
  ];
}

/** Declares the statistic that a declaration asks for, and retires the one that it asked for before and no longer does. */
export function compareRuns(
  { name, kind, owner, anomalies }: Compared,
  former?: Pick<Compared, 'anomalies'>,
): void {
  if (anomalies === undefined || anomalies === false) {
    if (former?.anomalies !== undefined && former.anomalies !== false) retireStatistic(name, kind);
    return;
  }
  const options = anomalies === true ? {} : anomalies;
  declareStatistic({ ...options, name, kind, ...(owner === undefined ? {} : { owner }) });
}

/** Records a run, where its declaration asks for it. */
export function comparedRun({ name, kind, anomalies }: Compared, value: number): void {
  if (anomalies !== undefined && anomalies !== false) recordStatistic({ statistic: name, kind, value });
}
