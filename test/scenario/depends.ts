import { nameOf, wordsOf, type YamlRule } from '../rules/rule.ts';
import type { Played } from './story.ts';
import { seriesName } from './world/series-history.ts';

/** The sources, from the root, that say what an outcome is and whether it is as claimed. */
export const JUDGES = [
  'test/rules',
  'test/scenario/promtool',
  'test/scenario/scenarios.ts',
  'test/scenario/story.ts',
  'test/tools/programs.ts',
];

/** All that the outcome of a story, by these rules, and what is claimed of it depend on, but for whoever judges it. */
export function dependsOf({ story, series, firings, readings, end }: Played, rules: readonly YamlRule[]) {
  const read = new Set(rules.flatMap((rule) => [nameOf(rule), ...wordsOf(rule.expr)]));
  return [
    rules,
    series.filter((each) => read.has(seriesName(each))),
    story.alert,
    story.pace,
    end,
    firings,
    readings,
  ] as const;
}
