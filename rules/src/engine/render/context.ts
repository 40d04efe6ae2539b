import type { RuleFileOptions } from '../mixin/folds.ts';
import type { Mixin } from '../mixin/mixin.ts';
import type { RenderContext } from '../promql/promql.ts';
import type { ScopeOptions } from '../scope/scope.ts';

/** How the rules are rendered for one installation. Everything is optional. */
export interface RulesContext extends RenderContext, RuleFileOptions, Pick<ScopeOptions, 'scope'> {
  /** What is rendered. Default: the mixins that ship. */
  readonly mixins?: readonly Mixin[];
  /** Where `runbooks/` is served; `/<file>.md#<alert>` is added. Default `DEFAULT_RUNBOOK_BASE_URL`. */
  readonly runbookBaseUrl?: string;
  /** Where Grafana is; `/d/<uid>` is added. Default `DEFAULT_DASHBOARD_BASE_URL`. */
  readonly dashboardBaseUrl?: string;
}

/** A context that says what is rendered. */
export type CompleteContext = RulesContext & { readonly mixins: readonly Mixin[] };

/** Why nothing was rendered: every reason at once. */
export class RenderError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The rules can not be rendered:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'RenderError';
    this.problems = problems;
  }
}
