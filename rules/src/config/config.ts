import { DeclarationError } from '@sightglass/core';
import type { RoutingOptions } from '../engine/alertmanager/index.ts';
import { routingProblems } from '../engine/alertmanager/index.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import type { ChosenPresets } from '../engine/mixin/preset.ts';
import type { ThresholdOverrides } from '../engine/promql/threshold.ts';

/** Dashboards of one's own: a `DashboardMixin` of `@sightglass/dashboards`, which checks what is in it. */
export interface OwnDashboards {
  readonly name: string;
  readonly dashboards: readonly { readonly uid: string }[];
}

/** Where files are written: folders, relative to that of the config module. What has no folder is not written. */
export interface OutFolders {
  /** Rule files, to be named in `rule_files` of Prometheus. */
  readonly rules?: string;
  /** Dashboards as JSON, for Grafana's file provisioning. Needs `@sightglass/dashboards`. */
  readonly dashboards?: string;
  /** `alertmanager.yml`, and the templates of the messages. */
  readonly alertmanager?: string;
  /** SLOs as OpenSLO documents. */
  readonly openslo?: string;
}

/** What a team renders. Everything is optional. */
export interface Config {
  /** The shipped mixins that are used, and those of one's own. Default: all that ship. */
  readonly mixins?: readonly Mixin[];
  /** Dashboards of one's own, beside those that ship for these mixins. Default: none. */
  readonly dashboards?: readonly OwnDashboards[];
  /** Target labels that tell one estate from another within one Prometheus. Default: `cluster`, `namespace`, `environment`. */
  readonly scope?: readonly string[];
  /** Only series with these labels are read, and alerts carry them. Default: all series. */
  readonly selector?: { readonly [label: string]: string };
  /** Targets that must be there, as PromQL matchers such as `job="billing"`. Default: those of the last week. */
  readonly target?: string;
  /** Other thresholds by key, times in seconds. `sightglass list` prints the keys. */
  readonly thresholds?: ThresholdOverrides;
  /** Presets by name, each with the things that it speaks of by their labels, or the one thing where it has one kind alone. Default: none. */
  readonly presets?: ChosenPresets;
  /** Where the runbooks are served: `/<page>.md#<section>` is added. Default: those of this project. */
  readonly runbooks?: string;
  /** Where Grafana is: `/d/<uid>` is added. Default: `http://localhost:3000`. */
  readonly grafana?: string;
  /** Channels, addresses and the folder of secrets. */
  readonly routing?: RoutingOptions;
  /** Default: {@link DEFAULT_OUT}. */
  readonly out?: OutFolders;
}

/** The folders of an installation that names none. */
export const DEFAULT_OUT: OutFolders = {
  rules: 'prometheus',
  dashboards: 'grafana',
  alertmanager: 'alertmanager',
};

/**
 * Declares what a team renders, in the module `sightglass.config.ts` (or `.mts`, `.js`, `.mjs`, `.cjs`) that the command `sightglass` loads. Throws a
 * `DeclarationError` that lists everything wrong with it.
 *
 * ```ts
 * export default defineConfig({
 *   mixins: [jobs, service, billing],
 *   runbooks: 'https://wiki.example.org/runbooks',
 *   grafana: 'https://grafana.example.org',
 * });
 * ```
 */
export function defineConfig(config: Config): Config {
  const problems = configProblems(config);
  if (problems.length > 0) throw new DeclarationError('The config', problems);
  return Object.freeze({ ...config });
}

const FIELDS =
  'mixins dashboards scope selector target thresholds presets runbooks grafana routing out'.split(' ');
const FOLDERS = ['rules', 'dashboards', 'alertmanager', 'openslo'];

/** What is wrong with the form of a config. What its values say is looked at when they are rendered. */
export function configProblems(config: Config): string[] {
  if (!isObject(config)) return ['it needs an object, such as { mixins: [jobs] }'];
  const problems = unknown('field', config, FIELDS);
  if (
    config.mixins !== undefined &&
    !isListOf(config.mixins, ({ name, about }) => isText(name) && isText(about))
  )
    problems.push('mixins must list what defineMixin() returned, or mixins of @sightglass/rules/mixins');
  else problems.push(...mixinProblems(config.mixins ?? []));
  if (
    config.dashboards !== undefined &&
    !isListOf(config.dashboards, ({ name, dashboards }) => isText(name) && Array.isArray(dashboards))
  )
    problems.push('dashboards must list objects with a name and dashboards');
  for (const field of ['selector', 'thresholds', 'presets', 'routing', 'out'] as const)
    if (config[field] !== undefined && !isObject(config[field])) problems.push(`${field} must be an object`);
  for (const field of ['target', 'runbooks', 'grafana'] as const)
    if (config[field] !== undefined && !isText(config[field])) problems.push(`${field} must be a text`);
  if (config.scope !== undefined && !(Array.isArray(config.scope) && config.scope.every(isText)))
    problems.push('scope must list the names of labels');
  if (isObject(config.routing)) problems.push(...routingProblems(config.routing as RoutingOptions));
  if (isObject(config.out)) {
    problems.push(...unknown('folder', config.out, FOLDERS));
    for (const [what, folder] of Object.entries(config.out))
      if (!isText(folder)) problems.push(`out.${what} must name a folder`);
  }
  return problems;
}

function mixinProblems(mixins: readonly Mixin[]): string[] {
  if (mixins.length === 0) return [];
  const names = mixins.map(({ name }) => name);
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...twice].map((name) => `the mixin "${name}" is there twice`);
}

const unknown = (what: string, given: object, known: readonly string[]): string[] =>
  Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => `there is no ${what} "${key}"; there are ${known.join(', ')}`);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isListOf = (value: unknown, test: (each: { readonly [key: string]: unknown }) => boolean): boolean =>
  Array.isArray(value) &&
  value.every((each) => isObject(each) && test(each as { readonly [key: string]: unknown }));
