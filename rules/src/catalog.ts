import type { MetricDescriptor } from '@sightglass/core';
import * as core from '@sightglass/core/metrics';
import * as pipeline from '@sightglass/pipeline/metrics';
import * as scheduler from '@sightglass/scheduler/metrics';
import { type Catalog, catalogOf } from './check/index.ts';
import { externalMetrics } from './external.ts';
import { isAlert, type Recording } from './rule.ts';
import { ruleFiles } from './rule-files.ts';

/** Every metric that the packages declare, as data. */
export const declaredMetrics: readonly MetricDescriptor[] = [core, pipeline, scheduler].flatMap((metrics) =>
  Object.values(metrics).map(
    (metric) => ('descriptor' in metric ? metric.descriptor : metric) as MetricDescriptor,
  ),
);

/** Every series that the shipped rules record. */
export const recordings: readonly Recording[] = ruleFiles()
  .flatMap(({ groups }) => groups)
  .flatMap(({ rules }) => rules.filter((rule): rule is Recording => !isAlert(rule)));

/** Every name that the shipped rules, dashboards and runbooks may read. `commonLabels` are those of an installation's selector. */
export const shippedCatalog = (commonLabels: readonly string[] = []): Catalog =>
  catalogOf({ declared: declaredMetrics, recorded: recordings, external: externalMetrics, commonLabels });
