import { DeclarationError, type LifecycleState } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import { compareRuns } from '../statistics/compared.ts';
import type { Time } from '../time.ts';
import { type QualityCheckResult, recordQualityCheck } from './check.ts';
import { trackFreshness, untrackFreshness } from './freshness.ts';
import * as metrics from './metrics.ts';
import {
  type Bounds,
  DATASET_OPTIONS,
  type DatasetOptions,
  DEFAULTS,
  freshnessOf,
  problemsOf,
} from './options.ts';
import {
  type CompletenessResult,
  forgetSchema,
  recordCompleteness,
  recordSchema,
  recordValueRange,
  recordVolume,
  type SchemaResult,
  type ValueRangeResult,
  type VolumeResult,
} from './record.ts';
import {
  type DatasetLabels,
  type DeclaredDataset,
  declaredDataset,
  rememberDataset,
  suiteMetrics,
  volumeOf,
} from './registry.ts';
import { retire, retireSuite } from './retire.ts';

/** A declared data set: what is promised of it, and its helpers with its name and layer given. No method throws. */
export interface Dataset<S extends string = string, C extends string = string> {
  readonly name: string;
  readonly layer: string;
  /** Whether anything is promised of it now, and who says otherwise. */
  readonly state: LifecycleState;
  /** Records a run of a suite of expectations. As `recordQualityCheck`. */
  checked(result: QualityCheckResult<S>): void;
  /** Says how new its newest record is now, `null` when there is none. For a reader that is asked at each scrape there is `newest` in the declaration. */
  fresh(newest: Time | null): void;
  /** Records how many of the records that should be there were found. As `recordCompleteness`. */
  complete(result: CompletenessResult): void;
  /** Records a load that ended well, and how much it brought. As `recordVolume`. */
  loaded(result: VolumeResult): void;
  /** Records between which values those of a column lie. As `recordValueRange`. */
  values(result: ValueRangeResult<C>): void;
  /** Records its columns and by what they differ. As `recordSchema`. */
  schema(columns: SchemaResult['columns']): void;
  /** A person switches it on again. Ends `disable()`, and nothing for a retired data set. */
  enable(): void;
  /** A person says that nothing is promised of it for now: no alert speaks of it, until `enable()`. */
  disable(): void;
  /** A person says that it is gone for good: it exports `dataset_lifecycle_state{state="retired"}` and nothing else, until it is declared again. */
  retire(): void;
  /** A person says that a suite is checked no more; it may be one that a former version of the code declared. Declaring it takes it up again. */
  retireSuite(suite: S | (string & {})): void;
}

/**
 * Declares a data set: exports what is promised of it, and gives birth to the counters of its suites at zero, so that one which never runs is missed. Throws a
 * `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const measurements = declareDataset({
 *   name: 'measurements', layer: 'gold', freshnessObjectiveSeconds: 7_200, suites: ['gold_suite'],
 *   volume: { min: 1_000 }, values: { pm25: { min: 0, max: 1_000 } }, newest: () => newestMeasurement(),
 * });
 */
export function declareDataset<const S extends string = string, const C extends string = string>(
  said: DatasetOptions<S, C>,
): Dataset<S, C> {
  const { options, problems } = read(said);
  if (problems.length > 0) throw new DeclarationError(subjectOf('The data set', said), problems);
  const { name, layer = DEFAULTS.layer } = options;
  const labels: DatasetLabels = { dataset: name, layer };
  compareRuns(volumeOf(options as DatasetOptions), declaredDataset(labels)?.options);
  rememberDataset(labels, options as DatasetOptions);
  // Declaring it again does not put off the time by which it should have been there.
  if (metrics.datasetDeclared.peek(labels) === undefined) metrics.datasetDeclared.setToNow(labels);
  forgetSchema(labels);
  showPromises(labels, options as DatasetOptions);
  for (const suite of options.suites ?? []) declareSuite({ ...labels, suite }, options as DatasetOptions);
  if (options.newest === undefined) untrackFreshness(labels);
  else trackFreshness({ ...labels, newest: options.newest });
  return handleOf(labels);
}

function read<S extends string, C extends string>(said: DatasetOptions<S, C>) {
  try {
    const options = givenOptions(said, DATASET_OPTIONS);
    return { options, problems: problemsOf(options as DatasetOptions, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The data set', said));
  }
}

interface Objective {
  set(value: number, labels: DatasetLabels): void;
  remove(labels: DatasetLabels): unknown;
}

/** Exports a promise, or takes it out where it is not made. */
function show(objective: Objective, value: number | undefined, labels: DatasetLabels): void {
  if (value === undefined) objective.remove(labels);
  else objective.set(value, labels);
}

function showPromises(labels: DatasetLabels, options: DatasetOptions): void {
  const { updateIntervalSeconds, freshnessObjectiveSeconds, newest, suites = [], volume } = options;
  const isFresh = [updateIntervalSeconds, freshnessObjectiveSeconds, newest].some(
    (each) => each !== undefined,
  );
  const freshness = isFresh ? freshnessOf(options) : undefined;
  show(metrics.datasetFreshnessObjective, freshness?.objective, labels);
  show(metrics.datasetFreshnessWarning, freshness?.warning, labels);
  show(metrics.datasetUpdateInterval, updateIntervalSeconds, labels);
  const { scoreObjectiveRatio, scoreWarningRatio } = options;
  const isScored = suites.length > 0 || scoreObjectiveRatio !== undefined || scoreWarningRatio !== undefined;
  const objective = scoreObjectiveRatio ?? Math.min(DEFAULTS.scoreObjectiveRatio, scoreWarningRatio ?? 1);
  const warning = scoreWarningRatio ?? Math.max(DEFAULTS.scoreWarningRatio, objective);
  show(metrics.datasetScoreObjective, isScored ? objective : undefined, labels);
  show(metrics.datasetScoreWarning, isScored ? warning : undefined, labels);
  show(metrics.datasetCompletenessObjective, options.completenessObjectiveRatio, labels);
  const least = volume === undefined ? undefined : (volume.min ?? DEFAULTS.minRows);
  show(metrics.datasetLoadMinRows, least, labels);
  show(metrics.datasetLoadMaxRows, volume?.max, labels);
  metrics.datasetValueLowerBound.removeAll(labels);
  metrics.datasetValueUpperBound.removeAll(labels);
  for (const [column, bounds] of Object.entries<Bounds>(options.values ?? {})) {
    const of = { ...labels, column };
    if (bounds.min !== undefined) metrics.datasetValueLowerBound.set(bounds.min, of);
    if (bounds.max !== undefined) metrics.datasetValueUpperBound.set(bounds.max, of);
  }
  metrics.datasetOwner.removeAll(labels);
  if (options.owner !== undefined) metrics.datasetOwner.set({ ...labels, owner: options.owner });
  show(metrics.datasetPages, options.pages === false ? 0 : undefined, labels);
}

function declareSuite(
  labels: DatasetLabels & { readonly suite: string },
  { checkIntervalSeconds = DEFAULTS.checkIntervalSeconds }: DatasetOptions,
): void {
  metrics.datasetSuiteRetired.remove(labels);
  suiteMetrics.initSeries(labels);
  if (metrics.datasetSuiteDeclared.peek(labels) === undefined) metrics.datasetSuiteDeclared.setToNow(labels);
  const interval =
    typeof checkIntervalSeconds === 'number'
      ? checkIntervalSeconds
      : (checkIntervalSeconds as { readonly [suite: string]: number })[labels.suite]!;
  metrics.datasetCheckInterval.set(interval, labels);
}

function handleOf<S extends string, C extends string>(labels: DatasetLabels): Dataset<S, C> {
  // Whichever declaration a handle came from, it speaks of the one that holds now.
  const now = () => declaredDataset(labels) as DeclaredDataset;
  return Object.freeze<Dataset<S, C>>({
    name: labels.dataset,
    layer: labels.layer,
    get state() {
      return now().lifecycle.state;
    },
    checked: (result) => recordQualityCheck(withLabels(result, labels)),
    fresh: (newest) => void trackFreshness({ ...labels, newest }),
    complete: (result) => recordCompleteness(withLabels(result, labels)),
    loaded: (result) => recordVolume(withLabels(result, labels)),
    values: (result) => recordValueRange(withLabels(result, labels)),
    schema: (columns) => recordSchema({ ...labels, columns }),
    enable: () => void now().lifecycle.to('enabled'),
    disable: () => void now().lifecycle.to('disabled'),
    retire: () => retire(labels),
    retireSuite: (suite) => retireSuite({ ...labels, suite }),
  });
}

/** What was told, of this data set; read by the helper, so that a getter which throws is its to refuse. */
const withLabels = <R extends object>(result: R, { dataset, layer }: DatasetLabels): R & DatasetLabels =>
  Object.create(Object(result), { dataset: { value: dataset }, layer: { value: layer } }) as R &
    DatasetLabels;
