import { build } from './build.ts';
import { type CompleteContext, RenderError } from './context.ts';
import { print, type RenderedFile } from './print.ts';
import { problemsOf } from './validate.ts';

export { type BuiltFile, type BuiltRule, build } from './build.ts';
export { type CompleteContext, RenderError, type RulesContext } from './context.ts';
export { DEFAULT_DASHBOARD_BASE_URL, DEFAULT_RUNBOOK_BASE_URL, runbookUrl } from './links.ts';
export type { RenderedFile } from './print.ts';

/**
 * The rule files of one installation; the same context gives the same bytes. Throws a {@link RenderError} that lists every problem of the
 * context, or every expression that does not pass the checker.
 */
export function render(context: CompleteContext): readonly RenderedFile[] {
  const problems = problemsOf(context);
  if (problems.length > 0) throw new RenderError(problems);
  return print(build(context), context);
}
