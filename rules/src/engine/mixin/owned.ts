import type { Catalog } from '../check/index.ts';
import { labelsIn } from '../check/index.ts';
import { type Alert, isAlert, type Rule, type RuleGroup } from '../model/rule.ts';
import { list, promql, renderQuery, where } from '../promql/promql.ts';
import type { Owners } from './mixin.ts';

/**
 * The same rules, with the owner on each alert that names a thing of somebody's. A critical alert becomes two of its name: the one that pages, and
 * a warning for things that must wake nobody.
 */
export const withOwners = (group: RuleGroup, owners: readonly Owners[], catalog: Catalog): RuleGroup => ({
  ...group,
  rules: group.rules.flatMap((rule): readonly Rule[] =>
    isAlert(rule) ? owned(rule, owners, catalog) : [rule],
  ),
});

function owned(alert: Alert, owners: readonly Owners[], catalog: Catalog): readonly Alert[] {
  const labels = alert.about ?? labelsIn(renderQuery(alert.expr), catalog);
  const own = owners.find(({ of }) => of.every((label) => labels.includes(label)));
  if (own === undefined) return [alert];
  const on = list(own.of);
  const joined = (ownership: Owners['ownership']) => ({
    ...alert,
    ofAll: alert.expr,
    expr: promql`(${alert.expr})
      * on (${on}) group_left (owner) ${ownership}`,
  });
  if (alert.severity !== 'critical') return [joined(own.ownership)];
  return [
    joined(where(own.ownership, { pages: '' })),
    { ...joined(where(own.ownership, { pages: 'false' })), severity: 'warning' },
  ];
}
