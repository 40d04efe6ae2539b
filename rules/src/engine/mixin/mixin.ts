import { DeclarationError, type MetricDescriptor } from '@sightglass/core';
import type { Inhibition } from '../alertmanager/model.ts';
import type { AlertOptions, Recording } from '../model/rule.ts';
import type { Duration } from '../promql/duration.ts';
import type { MetricReference, RecordedSeries } from '../promql/promql.ts';
import type { Composite } from '../slo/composite.ts';
import type { Slo } from '../slo/model.ts';
import type { Preset, Things } from './preset.ts';

/** A metric as a mixin names it: an instrument, what its `where` gives, or a bare descriptor. */
export type MixinMetric = MetricReference | MetricDescriptor;

/** Metrics that one call of the host exports. */
export interface MixinMetrics {
  /** The call, such as `declareJob()`: what to add to a service that lacks these metrics. */
  readonly exportedBy: string;
  readonly metrics: readonly MixinMetric[];
  /**
   * Names of series that a healthy service may lack for now, and when they appear, such as `after the first run`. Parts of histograms are
   * named by the histogram. What is not named here is there from the call on.
   */
  readonly appears?: { readonly [metric: string]: string };
  /**
   * Names of series that nothing waits for, because their absence says something as well: that nobody is named as the owner, or that a job has no
   * sources. Default: none.
   */
  readonly optional?: readonly string[];
  /**
   * Set where it is another program that exports them, such as an exporter: see `outside()`. What the page of a service lacks of these is not missing there.
   * Default: the service does.
   */
  readonly outside?: true;
}

/** Rules that are evaluated together, in order. Alerts carry the component of their mixin. */
export interface MixinGroup {
  readonly name: string;
  readonly interval: Duration;
  readonly rules: readonly (Recording | AlertOptions)[];
  /** Names of mixins whose recordings it reads: where one of them is not rendered, neither is the group. Default: none. */
  readonly needs?: readonly string[];
}

/** What an installation says that changes the rules of a mixin. */
export interface MixinChoices {
  /** A PromQL matcher list that finds the targets which must be there, such as `job="offload"`. Default: those of the last week. */
  readonly target?: string;
  /** The presets that were asked for, each with the things that it speaks of. */
  readonly presets: { readonly [preset: string]: Things };
}

/** What tells the things of one kind apart. */
export interface Identity {
  readonly labels: readonly string[];
  readonly declared: MetricReference;
}

/** The owners of the things of one kind. */
export interface Owners {
  /** The labels of a thing, such as `job_name`. */
  readonly of: readonly string[];
  /**
   * A recorded series of value 1 for each thing, with the labels `owner` (absent where nobody is named) and `pages` ("false" where it must wake
   * nobody, else absent). A thing without it is nobody's, and pages.
   */
  readonly ownership: RecordedSeries;
  /**
   * Set where each thing that an alert of this mixin can name has that series, so that its alerts need not be evaluated once more for things without.
   * Default: not so.
   */
  readonly complete?: true;
}

/**
 * All that is to be known of a domain: its metrics, and the recordings, alerts, SLOs, inhibitions, aliases and runbooks that read them.
 * Files, checks, routing, docs and tests are folds over a list of mixins; a mixin of a user's own goes through the same door as the shipped ones.
 */
export interface Mixin {
  /** Lower-case words with hyphens; names its rule file (`<name>.yml`) unless `file` does. */
  readonly name: string;
  /** The name of its rule file, with `.yml`. Default: `<name>.yml`. */
  readonly file?: string;
  /** What its rule file says at the top: one or more sentences. */
  readonly about: string;
  /** The label `component` of all its alerts. Default: its name. */
  readonly component?: string;
  /** Who answers for it: the label `owner` of its alerts, but for those of things that have an owner of their own. Default: nobody. */
  readonly owner?: string;
  readonly metrics?: readonly MixinMetrics[];
  /** Metrics of other mixins that its rules read where anybody exports them, whether or not those mixins are rendered too. Default: none. */
  readonly reads?: readonly MixinMetric[];
  /** Names of mixins whose recordings it reads: they must be rendered too. What only some of its groups read, these say. Default: none. */
  readonly needs?: readonly string[];
  /** Its recordings and alerts. Default: none, and then no file. */
  readonly groups?: (choices: MixinChoices) => readonly MixinGroup[];
  /**
   * By which labels its things are told apart within one scope, and a gauge that every process exports which has one: two services that declare the
   * same are one thing to the rules, which `doctor` says.
   */
  readonly identities?: readonly Identity[];
  /** Who answers for its things, and whether they may wake anybody: for every alert, of any mixin, that names such a thing. */
  readonly owners?: Owners;
  readonly slos?: readonly Slo[];
  readonly composites?: readonly Composite[];
  /** What its SLOs read and no group records. */
  readonly sloInputs?: readonly Recording[];
  readonly inhibitions?: readonly Inhibition[];
  /** Recordings under the names that another system gave to what it measures; they go into `aliases.yml`. */
  readonly aliases?: (choices: MixinChoices) => readonly Recording[];
  /** Names that another system gave to alerts. */
  readonly presets?: readonly Preset[];
}

/** What {@link defineMixin} takes: a mixin, in which the simple things may be said simply. */
export interface MixinOptions extends Omit<Mixin, 'about' | 'metrics'> {
  /** Default: that these are the rules of that name. */
  readonly about?: string;
  /** Metrics as they are, or with the call that exports them; default for those: that the service starts with them. */
  readonly metrics?: readonly (MixinMetrics | MixinMetric)[];
  /** Recordings, evaluated in their order before the alerts. Default: none. */
  readonly recordings?: readonly Recording[];
  /** Alerts that need no groups of their own. Default: none. */
  readonly alerts?: readonly AlertOptions[];
  /** How often `recordings` and `alerts` are evaluated. Default: every minute. */
  readonly interval?: Duration;
}

/** How often rules are evaluated unless a mixin says otherwise: as often as Prometheus does by itself. */
const INTERVAL: Duration = { durationSeconds: 60 };

/**
 * Declares a mixin. Throws a `DeclarationError` that lists everything wrong with it.
 *
 * ```ts
 * const billing = defineMixin({
 *   name: 'billing',
 *   metrics: [invoices],
 *   alerts: [alert('InvoicesBouncing', { expr, for: minutes(10), severity: 'warning', summary: 'Invoices are bouncing.' })],
 * });
 * ```
 */
export function defineMixin(options: MixinOptions): Mixin {
  if (typeof options !== 'object' || options === null)
    throw new DeclarationError('The mixin', ['it needs an object with a name']);
  let problems = shapeProblems(options);
  const mixin = problems.length === 0 ? mixinOf(options) : undefined;
  if (mixin !== undefined) problems = problemsOf(mixin);
  if (mixin === undefined || problems.length > 0)
    throw new DeclarationError(`The mixin ${JSON.stringify(options.name)}`, problems);
  return Object.freeze(mixin);
}

function mixinOf({
  recordings = [],
  alerts = [],
  interval = INTERVAL,
  metrics = [],
  ...options
}: MixinOptions): Mixin {
  const { name, about = `The rules of ${name}.`, groups } = options;
  const rules = [...recordings, ...alerts];
  const bare = metrics.filter((each): each is MixinMetric => !isWithExporter(each));
  const exported = metrics.filter(isWithExporter);
  return {
    ...options,
    about,
    metrics: [
      ...exported,
      ...(bare.length === 0 ? [] : [{ exportedBy: `the metrics of ${name}`, metrics: bare }]),
    ],
    ...(rules.length === 0
      ? {}
      : { groups: (choices) => [...(groups?.(choices) ?? []), { name, interval, rules }] }),
  };
}

const isWithExporter = (each: MixinMetrics | MixinMetric): each is MixinMetrics => 'exportedBy' in each;

/** Every field that a mixin can have. */
const FIELDS =
  'name file about component owner metrics reads needs groups recordings alerts interval identities owners slos composites sloInputs inhibitions aliases presets'.split(
    ' ',
  );

/** What is wrong with the kinds of its values: what they say is looked at when these are right. */
function shapeProblems(options: MixinOptions): string[] {
  const problems: string[] = Object.keys(options)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => `there is no field "${field}"; there are ${FIELDS.join(', ')}`);
  for (const field of [
    'metrics',
    'reads',
    'recordings',
    'alerts',
    'identities',
    'slos',
    'composites',
    'sloInputs',
    'inhibitions',
  ] as const)
    if (options[field] !== undefined && !isListOfObjects(options[field]))
      problems.push(`${field} must be a list`);
  for (const field of ['groups', 'aliases'] as const)
    if (options[field] !== undefined && typeof options[field] !== 'function')
      problems.push(`${field} must be a function that returns a list`);
  if (problems.length > 0) return problems;
  for (const each of options.metrics ?? [])
    if (!isWithExporter(each) && typeof descriptorOf(each)?.name !== 'string')
      problems.push('metrics must list what counter(), gauge(), histogram() or info() returned');
  const unnamed = (options.alerts ?? []).filter((each) => typeof each.alert !== 'string');
  if (unnamed.length > 0) problems.push('alerts must list what alert() returned');
  if ((options.recordings ?? []).some((each) => typeof each.record !== 'string'))
    problems.push('recordings must list objects with record, labels and expr');
  if (options.interval !== undefined && !(Number(options.interval?.durationSeconds) > 0))
    problems.push('interval must be a duration such as seconds(30)');
  return problems;
}

const isListOfObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null);

function problemsOf(mixin: Mixin): string[] {
  const { name, file, about, component } = mixin;
  const problems: string[] = [];
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    problems.push('name must be lower-case words with hyphens, such as "billing"');
  if (file !== undefined && !/^[\w-]+\.yml$/.test(file))
    problems.push('file must be a name that ends in .yml');
  if (typeof about !== 'string' || !/\.$/.test(about))
    problems.push('about must be a sentence that ends with a period');
  if (component !== undefined && !/^[a-z][a-z_-]*$/.test(component))
    problems.push('component must be a word in lower case');
  if (mixin.owner !== undefined && (typeof mixin.owner !== 'string' || mixin.owner === ''))
    problems.push('owner must be a text, such as the name of a team');
  const names = (mixin.metrics ?? []).flatMap(({ metrics }) =>
    metrics.map((metric) => descriptorOf(metric).name),
  );
  const twice = names.filter((each, i) => names.indexOf(each) !== i);
  problems.push(...twice.map((each) => `the metric ${each} is there twice`));
  for (const { exportedBy, appears = {}, optional = [], metrics } of mixin.metrics ?? []) {
    const own = metrics.map((metric) => descriptorOf(metric).name);
    const unknown = Object.keys(appears).filter((metric) => !own.includes(metric));
    problems.push(...unknown.map((metric) => `appears names ${metric}, which ${exportedBy} does not export`));
    const strange = optional.filter((metric) => !own.includes(metric));
    problems.push(
      ...strange.map((metric) => `optional names ${metric}, which ${exportedBy} does not export`),
    );
  }
  return problems;
}

/** The declaration behind a metric, however it was given. */
export const descriptorOf = (metric: MixinMetric): MetricDescriptor =>
  ('descriptor' in metric ? metric.descriptor : metric) as MetricDescriptor;

export const componentOf = ({ component, name }: Mixin): string => component ?? name;
