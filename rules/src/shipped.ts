import {
  alertsOf,
  catalogFor,
  inhibitionsOf,
  metricsOf,
  presetsOf,
  type RuleFileOptions,
  recordingsOf,
  ruleFilesOf,
  sloSetOf,
  thresholdsOf,
} from './engine/mixin/folds.ts';
import { DEFAULT_SCOPE } from './engine/scope/scope.ts';
import { shipped } from './mixins/index.ts';

/*
 * The folds over what ships, for those who have no mixins of their own.
 */

/** Every metric that the packages declare, as data. */
export const declaredMetrics = metricsOf(shipped);

/** Every series that the shipped rules record. */
export const recordings = recordingsOf(shipped);

/** Every name that the shipped rules, dashboards and runbooks may read. `commonLabels` are those of an installation's scope and selector. */
export const shippedCatalog = (commonLabels: readonly string[] = DEFAULT_SCOPE) =>
  catalogFor(shipped, commonLabels);

/** Every shipped alert, once. */
export const shippedAlerts = alertsOf(shipped);

/** Every shipped rule file, as data. */
export const ruleFiles = (options: RuleFileOptions = {}) => ruleFilesOf(shipped, options);

/** The shipped SLOs, with the component of each. */
export const shippedSlos = sloSetOf(shipped);

/** Every preset that can be asked for. */
export const presets = presetsOf(shipped);

/** Every threshold of the shipped rules. */
export const shippedThresholds = thresholdsOf(shipped);

/** The shipped inhibitions. */
export const inhibitions = inhibitionsOf(shipped);
