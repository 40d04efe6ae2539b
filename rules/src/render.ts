import {
  type AlertmanagerContext,
  type AlertmanagerFile,
  type Route,
  routeFor as routeIn,
  renderAlertmanager as routing,
  renderAlertmanagerFiles as routingFiles,
} from './engine/alertmanager/index.ts';
import { incidentsOf, inhibitionsOf, sloSetOf } from './engine/mixin/folds.ts';
import type { Mixin } from './engine/mixin/mixin.ts';
import {
  renderOpenSlo as documents,
  openSloFiles as filesOfSlos,
  type OpenSloFile,
} from './engine/openslo/index.ts';
import {
  type BuiltFile,
  build,
  type RenderedFile,
  type RulesContext,
  render,
} from './engine/render/index.ts';
import { shipped } from './mixins/index.ts';

/*
 * What is rendered for one installation: from the mixins that ship, unless others are given.
 */

/**
 * The rule files of one installation; the same context gives the same bytes. Throws a `RenderError` that lists every problem of the
 * context, or every expression that does not pass the checker.
 */
export const renderRules = (context: RulesContext = {}): readonly RenderedFile[] =>
  render({ ...context, mixins: context.mixins ?? shipped });

/** The same files as data, unchecked. */
export const buildRules = (context: RulesContext = {}): readonly BuiltFile[] =>
  build({ ...context, mixins: context.mixins ?? shipped });

/** How the configuration of Alertmanager is rendered: inhibitions and incidents are those of the mixins, unless they are given. */
export type RoutingContext = Partial<AlertmanagerContext> & { readonly mixins?: readonly Mixin[] };

const complete = ({ mixins = shipped, ...context }: RoutingContext): AlertmanagerContext => ({
  inhibitions: inhibitionsOf(mixins),
  incidents: incidentsOf(mixins),
  ...context,
});

/** The configuration of Alertmanager as YAML: routes by severity, the heartbeat first, secrets from files only. */
export const renderAlertmanager = (context: RoutingContext = {}): string => routing(complete(context));

/** The way of an alert, as data. */
export const routeFor = (context: RoutingContext = {}): Route => routeIn(complete(context));

/** The configuration, and the templates of the messages that it refers to. */
export const renderAlertmanagerFiles = (context: RoutingContext = {}): readonly AlertmanagerFile[] =>
  routingFiles(complete(context));

/** The SLOs of the mixins as documents of OpenSLO v1, by file. */
export const openSloFiles = (context: RulesContext = {}): readonly OpenSloFile[] =>
  filesOfSlos(context, sloSetOf(context.mixins ?? shipped));

/** The same documents as YAML; the same context gives the same bytes. */
export const renderOpenSlo = (context: RulesContext = {}): ReturnType<typeof documents> =>
  documents(context, sloSetOf(context.mixins ?? shipped));
