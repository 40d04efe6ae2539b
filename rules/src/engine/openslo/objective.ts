import { type Duration, days, minutes } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import type { RulesContext } from '../render/context.ts';
import { said } from '../render/texts.ts';
import { renderScoped } from '../scope/scope.ts';
import { type OwnedSlo, strategyOf } from '../slo/model.ts';
import type { SloSeries } from '../slo/series.ts';
import { titleOf } from '../slo/words.ts';
import { policyNames } from './alerting.ts';
import { GOOD_SLICE, sliSpec } from './indicator.ts';
import { documentOf, type Metadata, type Objective, type OpenSloDocument } from './model.ts';
import { shorthand } from './shorthand.ts';

/** How often the rules take a slice of time. */
export const SLICE: Duration = minutes(1);

/** An SLO and what it is measured by. */
export function objectiveOf(
  slo: OwnedSlo,
  series: SloSeries,
  context: RulesContext,
): readonly OpenSloDocument[] {
  const metadata = metadataOf(slo, context);
  return [
    documentOf('SLI', { name: metadata.name, displayName: titleOf(slo) }, sliSpec(slo, context)),
    documentOf('SLO', metadata, {
      description: slo.description,
      service: slo.component,
      indicatorRef: metadata.name,
      timeWindow: [{ duration: shorthand(days(slo.windowDays)), isRolling: true }],
      budgetingMethod: strategyOf(slo.sli) === 'slices' ? 'Timeslices' : 'Occurrences',
      objectives: [target(slo)],
      alertPolicies: policyNames(slo, series).map((name) => ({ alertPolicyRef: name })),
    }),
  ];
}

/** The share that is promised. A slice is one sample, so all of it must be good. */
function target(slo: OwnedSlo): Objective {
  const common = { displayName: titleOf(slo), target: slo.objective };
  if (strategyOf(slo.sli) !== 'slices') return common;
  return {
    ...common,
    op: 'gte',
    value: GOOD_SLICE,
    timeSliceTarget: 1,
    timeSliceWindow: shorthand(SLICE),
  };
}

function metadataOf(slo: OwnedSlo, context: RulesContext): Metadata {
  const { name, owner, component, source, dependency, sli, objectivePerSubject } = slo;
  return {
    name,
    displayName: titleOf(slo),
    labels: {
      owner,
      component,
      dependency: String(dependency),
      ...(source === undefined ? {} : { requirement: source }),
    },
    annotations: said({
      'sightglass/subject': sli.by.length === 0 ? undefined : sli.by.join(','),
      ...(objectivePerSubject === undefined
        ? {}
        : { 'sightglass/target-per-subject': renderScoped(promql`${objectivePerSubject}`, context) }),
      ...(sli.kind === 'runs'
        ? { 'sightglass/window-of-rare-runs': shorthand(days(sli.rareWindowDays)) }
        : {}),
      'sightglass/rationale': slo.rationale,
      'sightglass/impact': slo.impact,
      'sightglass/action': slo.action,
    }),
  };
}
