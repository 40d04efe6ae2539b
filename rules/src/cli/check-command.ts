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
  const counted = [
    several(files.length, 'file'),
    several(alertsOf(mixins).length, 'alert'),
    several(recordingsOf(mixins).length, 'recording'),
  ].join(', ');
  out(`${counted}: ${problems.length === 0 ? 'nothing is wrong' : several(problems.length, 'problem')}\n`);
  return problems.length === 0 ? 0 : 1;
}

const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
