import { DeclarationError, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { givenOptions, metricsWith, sharedInProcess, unknownNames } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import type { ProcessedRecords } from './records.ts';
import { recordRecords } from './records.ts';

/** A pipeline as its owner declares it. */
export interface PipelineOptions<L extends string> {
  /** The label `pipeline_name`. Declaring a name again replaces the former declaration. */
  readonly name: string;
  /** The layers that it writes to, each of them born at zero and typed. Default: none is known beforehand. */
  readonly layers?: readonly L[];
  /** How long an execution may take, in seconds. Default: nothing is promised. */
  readonly durationObjectiveSeconds?: number | undefined;
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
  /** As `recordRecords`, for the layers of this pipeline. */
  records(records: ProcessedRecords & { readonly layer: L }): void;
  /** A person says that the pipeline is gone for good: its series leave the export, and nothing more is recorded of it until it is declared again. What its layers have counted stays. */
  retire(): void;
}

const OPTIONS = Object.keys({
  name: true,
  layers: true,
  durationObjectiveSeconds: true,
  timeoutSeconds: true,
  owner: true,
  pages: true,
  activeConsumers: true,
  classify: true,
  errorTypes: true,
} satisfies { readonly [name in keyof PipelineOptions<string>]: true });

/** What holds now for a pipeline that was declared in this process. */
export interface DeclaredPipeline {
  readonly options: PipelineOptions<string>;
  readonly stopObserving: () => void;
}

export const declaredPipelines = (): Map<string, DeclaredPipeline> =>
  sharedInProcess('@sightglass/pipeline/pipelines/1', () => new Map<string, DeclaredPipeline>());

const ofPipeline = metricsWith(metrics, 'pipeline_name');

/**
 * Declares a pipeline: exports what it promises, and creates at zero the series of what can happen to it. Throws a `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const silver = declarePipeline({ name: 'silver', layers: ['silver'], durationObjectiveSeconds: 600 });
 */
export function declarePipeline<const L extends string>(said: PipelineOptions<L>): Pipeline<L> {
  const options = read(said as PipelineOptions<string>);
  const { name: pipeline_name, layers = [], durationObjectiveSeconds, activeConsumers } = options;
  const labels = { pipeline_name };
  declaredPipelines().get(pipeline_name)?.stopObserving();
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
  if (durationObjectiveSeconds === undefined) metrics.pipelineDurationObjective.remove(labels);
  else metrics.pipelineDurationObjective.set(durationObjectiveSeconds, labels);
  metrics.pipelineOwner.removeAll(labels);
  if (options.owner !== undefined) metrics.pipelineOwner.set({ pipeline_name, owner: options.owner });
  if (options.pages === false) metrics.pipelinePages.set(0, labels);
  else metrics.pipelinePages.remove(labels);
  metrics.pipelineActiveConsumers.remove(labels);
  const stopObserving =
    activeConsumers === undefined
      ? () => {}
      : metrics.pipelineActiveConsumers.observe(activeConsumers, labels);
  declaredPipelines().set(pipeline_name, { options, stopObserving });
  return Object.freeze({
    name: pipeline_name,
    layers: Object.freeze([...layers]) as readonly L[],
    records: (records: ProcessedRecords) => recordRecords(records),
    retire: () => retirePipeline(pipeline_name),
  });
}

/** Ends every series of a pipeline, and forgets it. */
function retirePipeline(pipeline_name: string): void {
  declaredPipelines().get(pipeline_name)?.stopObserving();
  declaredPipelines().delete(pipeline_name);
  ofPipeline.removeSeries({ pipeline_name });
}

function read(said: PipelineOptions<string>): PipelineOptions<string> {
  let problems: readonly string[];
  try {
    const options = givenOptions(said, OPTIONS);
    problems = problemsOf(options as object as Given, said);
    if (problems.length === 0) return options;
  } catch (error) {
    throw DeclarationError.from(error, 'The pipeline');
  }
  throw new DeclarationError('The pipeline', problems);
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
  for (const each of ['durationObjectiveSeconds', 'timeoutSeconds'])
    hold(each, isPositive(options[each]), 'a number above 0');
  for (const each of ['activeConsumers', 'classify'])
    hold(each, typeof options[each] === 'function', 'a function');
  hold('errorTypes', areNames(options.errorTypes), 'a list of non-empty strings');
  return [...problems, ...unknownNames(said, OPTIONS)];
}
