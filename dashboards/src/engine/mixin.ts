import type { Alert } from '@sightglass/rules';
import { FIRING_TITLE, MOST_NUMBERS, panelsOf } from './first-row.ts';
import type { Exclusion } from './lint/lint.ts';
import type { DashboardSpec } from './spec.ts';

/**
 * All that dashboards know of one domain. The shipped ones are a list of such objects, and a user's own goes through the same door: `renderDashboards`
 * writes it and `lintDashboards` checks it.
 *
 * @example
 * const invoices: DashboardMixin = { name: 'invoices', alerts: [invoicesLate], dashboards: [invoicesDashboard] };
 * renderDashboards({}, [...dashboardMixins, invoices]);
 */
export interface DashboardMixin {
  /** The domain, in one word of lower-case letters, digits and dashes; no other mixin has it. */
  readonly name: string;
  readonly dashboards: readonly DashboardSpec[];
  /** The domain's alerts. Each is linked from the panel that it names, on whichever dashboard of the list that is. Default: none. */
  readonly alerts?: readonly Alert[];
  /** What its dashboards do otherwise than lint asks, and why. Default: nothing. */
  readonly exclusions?: readonly Exclusion[];
}

/** A list of mixins that can't be rendered; the message lists everything that is wrong with it. */
export class MixinError extends Error {
  override readonly name = 'MixinError';
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** Throws a {@link MixinError} when a list of mixins can't be rendered together. */
export function checkMixins(mixins: readonly DashboardMixin[]): void {
  const dashboards = mixins.flatMap((mixin) => mixin.dashboards);
  const uids = dashboards.map(({ uid }) => uid);
  const problems = [
    ...mixins
      .filter(({ name }) => !NAME.test(name))
      .map(({ name }) => `the name "${name}" is not lower-case letters, digits and dashes`),
    ...twice(mixins.map(({ name }) => name)).map((name) => `two mixins are named "${name}"`),
    ...twice(uids).map((uid) => `two dashboards have the uid "${uid}"`),
    ...twice(mixins.flatMap(({ alerts = [] }) => alerts.map(({ alert }) => alert))).map(
      (alert) => `two alerts are named "${alert}"`,
    ),
    ...dashboards
      .filter(({ numbers = [] }) => numbers.length > MOST_NUMBERS)
      .map(({ uid }) => `${uid} has more than ${MOST_NUMBERS} numbers in its first row`),
    ...dashboards.flatMap((spec) =>
      twice([...(spec.firing ? [FIRING_TITLE] : []), ...panelsOf(spec).map(({ title }) => title)]).map(
        (title) => `two panels of ${spec.uid} have the title "${title}"`,
      ),
    ),
    ...mixins.flatMap(({ name, exclusions = [], dashboards: own }) =>
      exclusions
        .filter((exclusion) => !own.some(({ uid }) => uid === exclusion.dashboard))
        .map(
          ({ rule, dashboard }) => `${name} excludes ${rule} on "${dashboard}", which is not its dashboard`,
        ),
    ),
    ...mixins.flatMap(({ alerts = [] }) =>
      alerts.flatMap(({ alert, dashboard: shownOn }) => {
        const target = dashboards.find(({ uid }) => uid === shownOn?.uid);
        return target && !panelsOf(target).some(({ title }) => title === shownOn?.panel)
          ? [`${alert} names a panel "${shownOn?.panel}" that ${target.uid} does not have`]
          : [];
      }),
    ),
  ];
  if (problems.length > 0) throw new MixinError(problems.join('\n'));
}

const twice = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, i) => values.indexOf(value) < i)),
];
