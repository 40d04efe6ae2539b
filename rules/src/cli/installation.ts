import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ParseArgsConfig, parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type Config, DEFAULT_OUT, type OutFolders, type OwnDashboards } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { type RoutingOptions, routingProblems } from '../engine/alertmanager/index.ts';
import { presetsOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import type { ChosenPresets } from '../engine/mixin/preset.ts';
import { RenderError, type RulesContext } from '../engine/render/index.ts';
import { shipped } from '../mixins/index.ts';
import { scopeLabels, selectorOf } from './selector.ts';

/** What a command works on: what the config module says, and what the command line says instead. */
export interface Installation {
  readonly mixins: readonly Mixin[];
  readonly dashboards: readonly OwnDashboards[];
  readonly context: RulesContext & { readonly mixins: readonly Mixin[] };
  readonly routing: RoutingOptions;
  readonly out: OutFolders;
  /** What the folders of `out` are relative to; undefined when there is no config module and none was named. */
  readonly folder: string | undefined;
  /** The config module; undefined when there is none. */
  readonly file: string | undefined;
}

/** The options of the command line that say what an installation is. */
export const INSTALLATION_OPTIONS = {
  config: { type: 'string' },
  out: { type: 'string' },
  thresholds: { type: 'string' },
  selector: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  target: { type: 'string' },
  preset: { type: 'string', multiple: true },
  routing: { type: 'string' },
  'runbook-base-url': { type: 'string' },
  'dashboard-base-url': { type: 'string' },
  scale: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

type Parsed = ReturnType<typeof parseArgs<{ options: typeof INSTALLATION_OPTIONS }>>['values'];

/** What the command line said of these; a command may know some of them only. */
type Values = { readonly [Option in keyof Parsed]?: Parsed[Option] | undefined };

/** Where everything goes without a config module, below the folder of `--out`. */
const WITHOUT_CONFIG: OutFolders = { rules: '.', alertmanager: 'alertmanager', openslo: 'openslo' };

/** The installation that a command line speaks of; what it says goes before what the config module says. */
export async function installationOf(values: Values, folder: string): Promise<Installation> {
  const loaded = await loadConfig(folder, values.config);
  const config: Config = loaded?.config ?? {};
  const mixins = config.mixins ?? shipped;
  const read = (what: string, file: string | undefined) =>
    file === undefined ? undefined : readObject(what, resolve(folder, file));
  const said = defined<RulesContext>({
    thresholds: read('thresholds', values.thresholds) ?? config.thresholds,
    selector: values.selector === undefined ? config.selector : selectorOf(values.selector),
    scope: values.scope === undefined ? config.scope : scopeLabels(values.scope),
    target: values.target ?? config.target,
    presets: values.preset === undefined ? config.presets : chosenPresets(values.preset, mixins),
    runbookBaseUrl: values['runbook-base-url'] ?? config.runbooks,
    dashboardBaseUrl: values['dashboard-base-url'] ?? config.grafana,
    scale: values.scale === undefined ? undefined : Number(values.scale),
  });
  const routing: RoutingOptions = read('routing', values.routing) ?? config.routing ?? {};
  const problems = routingProblems(routing);
  if (problems.length > 0) throw new RenderError(problems);
  return {
    mixins,
    dashboards: config.dashboards ?? [],
    context: { ...said, mixins },
    routing,
    out: config.out ?? (loaded === undefined ? WITHOUT_CONFIG : DEFAULT_OUT),
    folder: values.out === undefined ? loaded?.folder : resolve(folder, values.out),
    file: loaded?.file,
  };
}

/** The fields that have a value. */
const defined = <T extends object>(fields: { readonly [Key in keyof T]: T[Key] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** `NAME`; `NAME=THING` for a thing of another name; `NAME=LABEL=THING,LABEL=THING` where it speaks of several kinds. */
function chosenPresets(chosen: readonly string[], mixins: readonly Mixin[]): ChosenPresets {
  const presets = presetsOf(mixins);
  return Object.fromEntries(
    chosen.map((text) => {
      const at = text.indexOf('=');
      const name = at < 0 ? text : text.slice(0, at);
      if (at < 0) return [name, presets.find((preset) => preset.name === name)?.of ?? ''];
      const things = text.slice(at + 1);
      return [name, things.includes('=') ? pairsOf(things) : things];
    }),
  );
}

const pairsOf = (text: string): { readonly [label: string]: string } =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );

/** A JSON or YAML file that holds an object. */
function readObject(what: string, file: string): { readonly [key: string]: never } {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RenderError([`the ${what} in ${file} can not be read: ${(error as Error).message}`]);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new RenderError([`the ${what} in ${file} must be an object of keys and values`]);
  return content as { readonly [key: string]: never };
}
