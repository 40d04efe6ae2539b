import { DeclarationError, type LifecycleState } from '@sightglass/core';
import {
  givenOptions,
  metricsWith,
  neverThrows,
  processStore,
  sharedInProcess,
  showState,
  subjectOf,
} from '@sightglass/core/authors';
import { STATISTIC_KINDS, type StatisticKind } from './kinds.ts';
import * as metrics from './metrics.ts';
import { problemsOf, STATISTIC_OPTIONS, type StatisticOptions, settingsOf } from './options.ts';
import { StatisticTracker } from './tracker.ts';

/** A declared statistic. No method throws. */
export interface Statistic {
  readonly name: string;
  readonly kind: StatisticKind;
  readonly state: LifecycleState;
  /** The values of the runs that the next one is compared with, the oldest first. */
  readonly values: readonly number[];
  /** What a run gave. Compares it with the runs before it, and keeps it. */
  record(value: number): void;
  /** It is looked at again: ends `disable()`. */
  enable(): void;
  /** A person says that nobody is to be told of it, until `enable()`: while data are loaded anew, or a change is known of. Values are still kept. */
  disable(): void;
  /** A person says that it is gone for good: it exports `statistic_lifecycle_state{state="retired"}` and nothing else, until it is declared again. */
  retire(): void;
}

const trackers = () =>
  sharedInProcess('@sightglass/pipeline/statistics/1', () => new Map<string, StatisticTracker>());
const keyOf = (name: string, kind: string): string => `${kind} ${name}`;

/** What says of a statistic that it is gone outlives it. */
const { statisticLifecycle, ...mortal } = metrics;
const statisticMetrics = metricsWith(mortal, 'statistic', 'kind');

/**
 * Declares a number that each run gives once: the rows that it loaded, the seconds that it took. Each is compared with the runs before it, by mean and standard deviation or by median
 * and MAD, and the verdict is exported; a few runs a day are enough. Throws a `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const rows = declareStatistic({ name: 'trades', kind: 'volume', owner: 'team-data' });
 * rows.record(48_210);
 */
export function declareStatistic(said: StatisticOptions): Statistic {
  const { options, problems } = read(said);
  if (problems.length > 0) throw new DeclarationError(subjectOf('The statistic', said), problems);
  const settings = settingsOf(options);
  const { name, kind } = settings;
  const labels = { statistic: name, kind };
  const key = keyOf(name, kind);
  const before = trackers().get(key);
  trackers().set(key, new StatisticTracker(settings, before?.values));
  metrics.statisticSensitivity.set(settings.sensitivity, labels);
  if (metrics.statisticDeclared.peek(labels) === undefined) metrics.statisticDeclared.setToNow(labels);
  metrics.statisticOwner.removeAll(labels);
  if (settings.owner !== undefined) metrics.statisticOwner.set({ ...labels, owner: settings.owner });
  const now = () => trackers().get(key)!;
  return Object.freeze<Statistic>({
    name,
    kind,
    get state() {
      return now().lifecycle.state;
    },
    get values() {
      return now().values;
    },
    record: (value) => now().record(value),
    enable: () => void now().lifecycle.to('enabled'),
    disable: () => void now().lifecycle.to('disabled'),
    retire: () => retireStatistic(name, kind),
  });
}

function read(said: StatisticOptions) {
  try {
    const options = givenOptions(said, STATISTIC_OPTIONS);
    return { options, problems: problemsOf(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The statistic', said));
  }
}

/** What {@link recordStatistic} takes. */
export interface RecordedStatistic {
  readonly statistic: string;
  readonly kind: StatisticKind;
  readonly value: number;
}

/** Records what a run gave, of a statistic that is declared in this process; of another it is refused and counted. Never throws. */
export const recordStatistic = neverThrows(
  metrics.statisticLastValue,
  ({ statistic, kind, value }: RecordedStatistic): void => {
    const tracker = trackers().get(keyOf(statistic, kind));
    if (tracker === undefined) throw new TypeError('no such statistic is declared');
    tracker.record(value);
  },
);

/**
 * Says that a statistic is gone for good, though this code does not declare it any longer: no alert speaks of it any more. Never throws.
 * @example
 * retireStatistic('trades', 'volume'); // is loaded by another service now
 */
export function retireStatistic(name: string, kind: StatisticKind): void {
  if (typeof name !== 'string' || name === '' || !STATISTIC_KINDS.includes(kind)) {
    processStore().refused(statisticLifecycle.descriptor.name);
    return;
  }
  const labels = { statistic: name, kind };
  const tracker = trackers().get(keyOf(name, kind));
  if (tracker === undefined) showState(statisticLifecycle, labels, 'retired');
  else tracker.lifecycle.to('retired');
  statisticMetrics.removeSeries(labels);
}
