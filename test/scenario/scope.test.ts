import { readdirSync, readFileSync } from 'node:fs';
import { DEFAULT_SCOPE, withScope } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type RuleGroup, sloGroups, groups as storied } from './rules.ts';

/*
 * Stories are played on, and mutants hunted in, rules without the labels of a scope. What ships has them, so this holds that it has nothing else.
 */

const FOLDER = new URL('../../rules/prometheus/', import.meta.url);

const shipped = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .flatMap((name) => (parse(readFileSync(new URL(name, FOLDER), 'utf8')) as { groups: RuleGroup[] }).groups)
    .map((group) => [group.name, group]),
);
const groups = [...storied, ...sloGroups];

test('what ships has the groups of which the stories tell, and no other', () => {
  expect([...shipped.keys()].sort()).toEqual(groups.map(({ name }) => name).sort());
});

test.each(groups)(
  '$name ships with the labels of the scope in its expressions, and is else the same',
  (group) => {
    const { interval, rules } = shipped.get(group.name)!;
    expect(interval).toBe(group.interval);
    expect(rules.map(withoutTexts)).toEqual(
      group.rules.map((rule) => ({ ...withoutTexts(rule), expr: withScope(rule.expr, DEFAULT_SCOPE) })),
    );
  },
);

/** Without what is said to people, of which the links name the scope. */
function withoutTexts({ annotations: _, ...rule }: RuleGroup['rules'][number]) {
  return rule;
}
