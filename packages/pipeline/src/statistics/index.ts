export type { ComparedRuns } from './compared.ts';
export { declareStatistic, recordStatistic, retireStatistic, type Statistic } from './declare.ts';
export {
  anomalyScore,
  type Floor,
  MAD_TO_DEVIATION,
  SPREAD_FLOOR_RATIO,
  type Statistics,
  statisticsOf,
} from './formulas.ts';
export { STATISTIC_KINDS, type StatisticKind } from './kinds.ts';
export type { StatisticHistory, StatisticOptions } from './options.ts';
