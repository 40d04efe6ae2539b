/*
 * Documents of OpenSLO v1 (openslo/v1, github.com/OpenSLO/OpenSLO), as far as we write them. The specification names the fields; their meaning
 * here stands beside each.
 */

/** A number and one unit, such as `7d`; OpenSLO has none below a minute. */
export type Shorthand = string;

export interface Metadata {
  /** A DNS label: lower-case letters, digits and hyphens, 63 at most. */
  readonly name: string;
  readonly displayName?: string;
  readonly labels?: { readonly [key: string]: string };
  /** What OpenSLO has no field for; our keys begin with `sightglass/`. */
  readonly annotations?: { readonly [key: string]: string };
}

/** A PromQL query. It names no data source, so that any Prometheus with the metrics will do. */
export interface MetricSpec {
  readonly metricSource: { readonly type: 'Prometheus'; readonly spec: { readonly query: string } };
}

export interface SliSpec {
  readonly description: string;
  /** A value that is compared with the `value` of the objective. */
  readonly thresholdMetric?: MetricSpec;
  /** Counters whose increases are divided; those of all series that the query gives are summed for each subject. */
  readonly ratioMetric?: {
    readonly counter: true;
    readonly good?: MetricSpec;
    readonly bad?: MetricSpec;
    readonly total: MetricSpec;
  };
}

export interface Objective {
  readonly displayName: string;
  readonly op?: 'gte';
  readonly value?: number;
  readonly target: number;
  readonly timeSliceTarget?: number;
  readonly timeSliceWindow?: Shorthand;
}

export interface SloSpec {
  readonly description: string;
  readonly service: string;
  readonly indicatorRef: string;
  readonly timeWindow: readonly [{ readonly duration: Shorthand; readonly isRolling: true }];
  readonly budgetingMethod: 'Occurrences' | 'Timeslices';
  readonly objectives: readonly [Objective];
  readonly alertPolicies: readonly { readonly alertPolicyRef: string }[];
}

export interface AlertPolicySpec {
  readonly description: string;
  readonly alertWhenNoData: boolean;
  readonly alertWhenBreaching: boolean;
  readonly alertWhenResolved: boolean;
  readonly conditions: readonly [{ readonly conditionRef: string }];
  readonly notificationTargets: readonly { readonly targetRef: string }[];
}

export interface AlertConditionSpec {
  readonly description: string;
  readonly severity: string;
  readonly condition: {
    readonly kind: 'burnrate';
    readonly op: 'gt';
    readonly threshold: number;
    readonly lookbackWindow: Shorthand;
    readonly alertAfter?: Shorthand;
  };
}

interface Specs {
  readonly SLO: SloSpec;
  readonly SLI: SliSpec;
  readonly AlertPolicy: AlertPolicySpec;
  readonly AlertCondition: AlertConditionSpec;
  readonly AlertNotificationTarget: { readonly description: string; readonly target: string };
  readonly Service: { readonly description: string };
}

/** One document. */
export type OpenSloDocument = {
  readonly [Kind in keyof Specs]: {
    readonly apiVersion: 'openslo/v1';
    readonly kind: Kind;
    readonly metadata: Metadata;
    readonly spec: Specs[Kind];
  };
}[keyof Specs];

/** A document of a kind. */
export const documentOf = <Kind extends keyof Specs>(
  kind: Kind,
  metadata: Metadata,
  spec: Specs[Kind],
): OpenSloDocument => ({ apiVersion: 'openslo/v1', kind, metadata, spec }) as OpenSloDocument;
