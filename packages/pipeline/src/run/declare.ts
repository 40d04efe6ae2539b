import { DeclarationError, type LifecycleState, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { givenOptions, longNames, subjectOf, unknownNames } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import type { ProcessedRecords } from './records.ts';
import { recordRecords } from './records.ts';
import { declaredPipelines, rememberPipeline } from './registry.ts';
import { retirePipeline } from './retire.ts';

/** A pipeline as its owner declares it. */
export interface PipelineOptions<L extends string> {
  /** The label `pipeline_name`. Declaring a name again replaces the former declaration. */
  readonly name: string;
  /** The layers that it writes to, each of them born at zero and typed. Default: none is known beforehand. */
  readonly layers?: readonly L[];
  /** How long an execution may take, in seconds. Default: nothing is promised. */
  readonly durationObjectiveSeconds?: number | undefined;
  /** How old the last success may become, in seconds. Default: nothing is promised, as for what starts when something comes. */
  readonly freshnessObjectiveSeconds?: number | undefined;
  /** Time limit of an execution in seconds: its signal is aborted, and it has failed. Default: none. */
  readonly timeoutSeconds?: number | undefined;
  /** Who answers for the pipeline, such as a team. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for this pipeline. Default true. */
  readonly pages?: boolean;
  /** How many consumers are at work in this process, read on each scrape: for pipelines that stream. Default: it has none to tell of. */
  readonly activeConsumers?: () => number | Promise<number>;
  /** Names a failure for the label `error_type`, from a small set. Default: `timeout` or `process_error`. */
  readonly classify?: (error: unknown) => string;
  /** The kinds that `classify` can return, each of them born at zero. Default: `timeout` and `process_error`. */
  readonly errorTypes?: readonly string[];
}

/** A declared pipeline. */
export interface Pipeline<L extends string> {
  readonly name: string;
  readonly layers: readonly L[];
  /** Whether it is meant to run now, and who says otherwise. */
  readonly state: LifecycleState;
  /** As `recordRecords`, for the layers of this pipeline. */
  records(records: ProcessedRecords & { readonly layer: L }): void;
  /** A person switches it on again. Ends `disable()`, and nothing for a retired pipeline. */
  enable(): void;
  /** A person says that it is not meant to run for now: no alert speaks of it, until `enable()`. */
  disable(): void;
  /**
   * A person says that it is gone for good: it exports `pipeline_lifecycle_state{state="retired"}` and nothing else, and nothing more is recorded of it until it is declared again. What its
   * layers have counted stays.
   */
  retire(): void;
}

const OPTIONS = Object.keys({
  name: true,
  layers: true,
  durationObjectiveSeconds: true,
  freshnessObjectiveSeconds: true,
  timeoutSeconds: true,
  owner: true,
  pages: true,
  activeConsumers: true,
  classify: true,
  errorTypes: true,
} satisfies { readonly [name in keyof PipelineOptions<string>]: true });

/**
 * Declares a pipeline: exports what it promises, and creates at zero the series of what can happen to it. Throws a `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const silver = declarePipeline({ name: 'silver', layers: ['silver'], durationObjectiveSeconds: 600, freshnessObjectiveSeconds: 7_200 });
 */
export function declarePipeline<const L extends string>(said: PipelineOptions<L>): Pipeline<L> {
  const options = read(said as PipelineOptions<string>);
  const { name: pipeline_name, layers = [], durationObjectiveSeconds, activeConsumers } = options;
  const labels = { pipeline_name };
  const former = declaredPipelines().get(pipeline_name);
  former?.stopObserving();
  const { buckets = [] } = metrics.pipelineExecutionDuration.descriptor;
  const bounds = new Set([
    ...buckets,
    ...(durationObjectiveSeconds === undefined ? [] : [durationObjectiveSeconds]),
  ]);
  metrics.pipelineExecutionDuration.boundsFor(
    labels,
    [...bounds].sort((a, b) => a - b),
  );
  metrics.pipelineExecutionDuration.init({ pipeline_name, status: 'success' });
  metrics.pipelineExecutionDuration.init({ pipeline_name, status: 'failed' });
  for (const error_type of options.errorTypes ?? [TIMEOUT, PROCESS_ERROR])
    metrics.pipelineErrors.init({ pipeline_name, error_type });
  for (const layer of layers)
    for (const status of ['success', 'failed'] as const) metrics.pipelineRecords.init({ layer, status });
  metrics.pipelineConsecutiveFailures.add(0, labels);
  if (!((metrics.pipelineDeclared.peek(labels) ?? 0) > 0)) metrics.pipelineDeclared.setToNow(labels);
  show(metrics.pipelineDurationObjective, durationObjectiveSeconds, labels);
  show(metrics.pipelineFreshnessObjective, options.freshnessObjectiveSeconds, labels);
  metrics.pipelineOwner.removeAll(labels);
  if (options.owner !== undefined) metrics.pipelineOwner.set({ pipeline_name, owner: options.owner });
  show(metrics.pipelinePages, options.pages === false ? 0 : undefined, labels);
  metrics.pipelineActiveConsumers.remove(labels);
  const stopObserving =
    activeConsumers === undefined
      ? () => {}
      : metrics.pipelineActiveConsumers.observe(activeConsumers, labels);
  const { lifecycle } = rememberPipeline({ options, stopObserving, underWay: former?.underWay });
  // Whichever declaration a handle came from, it speaks of the one that holds now.
  const now = () => declaredPipelines().get(pipeline_name)?.lifecycle ?? lifecycle;
  return Object.freeze<Pipeline<L>>({
    name: pipeline_name,
    layers: Object.freeze([...layers]) as readonly L[],
    get state() {
      return now().state;
    },
    records: (records: ProcessedRecords) => recordRecords(records),
    enable: () => void now().to('enabled'),
    disable: () => void now().to('disabled'),
    retire: () => retirePipeline(pipeline_name),
  });
}

interface Promised {
  set(value: number, labels: { readonly pipeline_name: string }): void;
  remove(labels: { readonly pipeline_name: string }): unknown;
}

/** Exports what is promised, or takes it out where it is not. */
function show(promised: Promised, value: number | undefined, labels: { readonly pipeline_name: string }) {
  if (value === undefined) promised.remove(labels);
  else promised.set(value, labels);
}

function read(said: PipelineOptions<string>): PipelineOptions<string> {
  let problems: readonly string[];
  try {
    const options = givenOptions(said, OPTIONS);
    problems = problemsOf(options as object as Given, said);
    if (problems.length === 0) return options;
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The pipeline', said));
  }
  throw new DeclarationError(subjectOf('The pipeline', said), problems);
}

interface Given {
  readonly [name: string]: unknown;
}

function problemsOf(options: Given, said: object): readonly string[] {
  if (typeof options !== 'object' || options === null) return ['it needs an object with name'];
  const problems: string[] = [];
  const hold = (name: string, isRight: boolean, what: string) => {
    if (options[name] !== undefined && !isRight) problems.push(`${name} must be ${what}`);
  };
  const areNames = (value: unknown) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
  const isPositive = (value: unknown) => typeof value === 'number' && value > 0 && value < Infinity;
  const { name, layers, owner } = options;
  if (typeof name !== 'string' || name === '') problems.push('name must be a non-empty string');
  hold('layers', areNames(layers), 'a list of non-empty strings');
  hold('owner', typeof owner === 'string' && owner !== '', 'a non-empty string');
  hold('pages', typeof options.pages === 'boolean', 'true or false');
  for (const each of ['durationObjectiveSeconds', 'freshnessObjectiveSeconds', 'timeoutSeconds'])
    hold(each, isPositive(options[each]), 'a number above 0');
  for (const each of ['activeConsumers', 'classify'])
    hold(each, typeof options[each] === 'function', 'a function');
  hold('errorTypes', areNames(options.errorTypes), 'a list of non-empty strings');
  return [
    ...problems,
    ...longNames(options, ['name', 'layers', 'owner', 'errorTypes']),
    ...unknownNames(said, OPTIONS),
  ];
}
