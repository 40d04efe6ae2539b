import type { Catalog } from '../check/index.ts';
import { labelsIn } from '../check/index.ts';
import { type Alert, isAlert, type Rule, type RuleGroup } from '../model/rule.ts';
import { list, promql, type Query, renderQuery, where } from '../promql/promql.ts';
import { componentOf, type Mixin, type Owners } from './mixin.ts';

/**
 * The same rules, with the owner on each alert that names a thing of somebody's. A critical alert becomes two of its name: the one that pages, and
 * a warning for things that must wake nobody. What is nobody's, or only called by a label of somebody's things, is told of as it was.
 */
export const withOwners = (group: RuleGroup, mixins: readonly Mixin[], catalog: Catalog): RuleGroup => ({
  ...group,
  rules: group.rules.flatMap((rule): readonly Rule[] =>
    isAlert(rule) ? owned(rule, mixins, catalog) : [rule],
  ),
});

function owned({ owner, ...alert }: Alert, mixins: readonly Mixin[], catalog: Catalog): readonly Alert[] {
  const labels = alert.about ?? labelsIn(renderQuery(alert.expr), catalog);
  // A data set has the layer of an offload among its labels, and an owner of its own.
  const own = mixins
    .flatMap(({ owners = [] }) => owners)
    .sort((a, b) => b.of.length - a.of.length)
    .find(({ of }) => of.every((label) => labels.includes(label)));
  if (own === undefined) return [owner === undefined ? alert : { ...alert, owner }];
  const on = list(own.of);
  const joined = (ownership: Owners['ownership']): Query => promql`(${alert.expr})
      * on (${on}) group_left (owner) ${ownership}`;
  // An alert knows its component, which several mixins may share.
  const isComplete = mixins
    .filter((mixin) => componentOf(mixin) === alert.component)
    .every(({ owners }) => owners?.complete === true && owners.ownership.record === own.ownership.record);
  const told = (expr: Query): Query =>
    isComplete
      ? expr
      : promql`${expr}
      or
      ((${alert.expr}) unless on (${on}) ${own.ownership})`;
  const { expr: ofAll, severity } = alert;
  if (severity !== 'critical') return [{ ...alert, ofAll, expr: told(joined(own.ownership)) }];
  return [
    { ...alert, ofAll, expr: told(joined(where(own.ownership, { pages: '' }))) },
    { ...alert, ofAll, expr: joined(where(own.ownership, { pages: 'false' })), severity: 'warning' },
  ];
}
