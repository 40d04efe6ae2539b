import { parseArgs } from 'node:util';
import { alertsOf, catalogFor, recordingsOf } from '../engine/mixin/folds.ts';
import { formProblems } from '../engine/mixin/form.ts';
import { scopeOf } from '../engine/scope/scope.ts';
import { dashboardProblems } from './dashboards-package.ts';
import { filesOf } from './files.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import type { Io } from './io.ts';

/** `check`: says everything that is wrong with what would be rendered, and writes nothing. */
export async function checkCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: INSTALLATION_OPTIONS });
  const installation = await installationOf(values, folder);
  const { mixins, context } = installation;
  const catalog = catalogFor(mixins, scopeOf(context));
  const files = await filesOf(installation);
  const problems = [...formProblems(alertsOf(mixins), catalog), ...(await dashboardProblems(installation))];
  for (const problem of problems) out(`${problem}\n`);
  out(
    `${files.length} files, ${alertsOf(mixins).length} alerts, ${recordingsOf(mixins).length} recordings: ${problems.length === 0 ? 'nothing is wrong' : `${problems.length} problems`}\n`,
  );
  return problems.length === 0 ? 0 : 1;
}
