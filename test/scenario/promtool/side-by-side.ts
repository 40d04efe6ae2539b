import { withScope } from '@sightglass/rules';
import type { YamlRule } from '../rules.ts';
import type { PromtoolTest } from './run.ts';

/** The label that keeps stories apart which are evaluated side by side. */
export const STORY = 'story';

/** Matches what a query finds of one story, and what is of none, such as a heartbeat. */
export const ofStory = (index: number): string => `${STORY}=~"${index}|"`;

/**
 * Tests in one Prometheus, each in a scope of its own as two environments are: they take as many evaluations as the longest of them, and what
 * an evaluation takes is mostly the reading of the rules. Their queries have to say {@link ofStory}.
 */
export const sideBySide = (tests: readonly PromtoolTest[]): PromtoolTest => ({
  series: tests.flatMap(({ series }, i) =>
    series.map((each) =>
      // What has no label at all, such as a heartbeat, is of no story.
      each.series.endsWith('{}')
        ? each
        : { ...each, series: each.series.replace(/\{|$/, (open) => labelled(i, open)) },
    ),
  ),
  queries: tests.flatMap(({ queries }) => queries),
  notifications: [
    ...new Map(
      tests
        .flatMap(({ notifications = [] }) => notifications)
        .map((each) => [`${each.alert} ${each.time}`, each]),
    ).values(),
  ],
});

const labelled = (index: number, open: string): string =>
  open === '' ? `{${STORY}="${index}"}` : `{${STORY}="${index}",`;

const scoped = new Map<string, string>();

/** A rule with the label of the story wherever it aggregates or matches. */
export function inScope(rule: YamlRule): YamlRule {
  const expr = scoped.get(rule.expr) ?? withScope(rule.expr, [STORY]);
  scoped.set(rule.expr, expr);
  return { ...rule, expr };
}
