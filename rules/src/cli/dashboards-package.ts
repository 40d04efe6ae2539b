import { join } from 'node:path';
import { createJiti } from 'jiti';
import type { Catalog } from '../engine/check/index.ts';
import { catalogFor } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import type { RulesContext } from '../engine/render/index.ts';
import { scopeOf } from '../engine/scope/scope.ts';
import type { Installation } from './installation.ts';

/** The part of `@sightglass/dashboards` that is needed here. That package stands above this one, so it is looked for when it is wanted. */
interface Dashboards {
  dashboardsFor(mixins: readonly Mixin[], own: readonly object[]): readonly { readonly name: string }[];
  renderDashboards(
    context: RulesContext,
    mixins: readonly object[],
  ): readonly { readonly file: string; readonly json: string }[];
  lintDashboards(
    context: RulesContext,
    mixins: readonly object[],
    catalog: Catalog,
  ): readonly { readonly rule: string; readonly dashboard: string; readonly message: string }[];
}

const PACKAGE = '@sightglass/dashboards';

/** What this Node resolves packages by; its own conditions first, which a resolver of another's does not know. */
const conditions = [
  ...process.execArgv.flatMap((argument) => /^--conditions=(.+)$/.exec(argument)?.[1] ?? []),
  'node',
  'import',
];

/** `@sightglass/dashboards` as the config module's project has it, wherever is rendered to, else as this package's does. Throws when neither does. */
async function dashboardsPackage({ file, folder = '.' }: Installation): Promise<Dashboards> {
  for (const from of [file ?? join(folder, 'sightglass.config.js'), import.meta.url]) {
    const found = createJiti(from, { fsCache: false }).esmResolve(PACKAGE, { try: true, conditions });
    if (found !== undefined) return (await import(found)) as Dashboards;
  }
  throw new Error(
    `${PACKAGE} is not installed: add it, or name no folder for dashboards (out: { rules: 'prometheus' })`,
  );
}

/** The dashboards of an installation as files; none when they have no folder. Throws when the package that draws them is not installed. */
export async function dashboardFiles(
  installation: Installation,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const { mixins, dashboards: own, context, out } = installation;
  if (out.dashboards === undefined) return [];
  const dashboards = await dashboardsPackage(installation);
  return dashboards
    .renderDashboards(contextOf(context), dashboards.dashboardsFor(mixins, own))
    .map(({ file, json }) => ({ file, text: json }));
}

/** What is wrong with an installation's own dashboards, in sentences. */
export async function dashboardProblems(installation: Installation): Promise<readonly string[]> {
  const { mixins, dashboards: own, context, out } = installation;
  if (out.dashboards === undefined) return [];
  const dashboards = await dashboardsPackage(installation);
  return dashboards
    .lintDashboards(
      contextOf(context),
      dashboards.dashboardsFor(mixins, own).filter(({ name }) => own.some((each) => each.name === name)),
      catalogFor(mixins, scopeOf(context)),
    )
    .map(({ rule, dashboard, message }) => `${dashboard} (${rule}): ${message}`);
}

/** What dashboards know of an installation, without the slash at the end of an address. */
const contextOf = ({ runbookBaseUrl, ...context }: RulesContext): RulesContext => ({
  ...context,
  ...(runbookBaseUrl === undefined ? {} : { runbookBaseUrl: runbookBaseUrl.replace(/\/+$/, '') }),
});
