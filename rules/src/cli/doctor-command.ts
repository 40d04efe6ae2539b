import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import { seriesNames } from '../doctor/exposition.ts';
import { sharedNames } from '../doctor/shared-names.ts';
import { alertSubjects, installedDashboards, panelSubjects } from '../doctor/subjects.ts';
import { httpAddress, read } from '../engine/http/index.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import { scopeOf } from '../engine/scope/scope.ts';
import { prometheusAt } from '../engine/slo/report/prometheus.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import { type Io, oneLine } from './io.ts';
import { scopeLabels } from './selector.ts';
import { UsageError } from './usage.ts';

/** A metrics page answers faster than this, or Prometheus would not wait for it either. */
const TIMEOUT_MS = 10_000;

/**
 * `doctor`: what can work with the metrics of a running service, and which names several services of a Prometheus share. 1 when some alert or panel
 * never can, or a name is shared.
 */
export async function doctorCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      dashboards: { type: 'string' },
      prometheus: { type: 'string' },
      scope: { type: 'string', multiple: true },
      config: INSTALLATION_OPTIONS.config,
    },
  });
  const { mixins, context } = await installationOf({ config: values.config }, folder);
  const [address] = positionals;
  if (positionals.length > 1 || (address === undefined && values.prometheus === undefined))
    throw new UsageError('doctor needs one URL');
  const shared =
    values.prometheus === undefined
      ? 0
      : await printShared(
          values.prometheus,
          values.scope === undefined ? scopeOf(context) : scopeLabels(values.scope),
          mixins,
          out,
        );
  if (address === undefined) return shared > 0 ? 1 : 0;
  const names = seriesNames(await readPage(address));
  const dashboards =
    values.dashboards === undefined ? installedDashboards(folder) : resolve(folder, values.dashboards);
  const alerts = diagnose(mixins, alertSubjects(mixins), names);
  const panels = dashboards === undefined ? [] : diagnose(mixins, panelSubjects(mixins, dashboards), names);
  print('Alerts', alerts, values.all, out);
  if (dashboards === undefined)
    out('\nPanels: not looked at; install @sightglass/dashboards or name --dashboards DIR\n');
  else print('\nPanels', panels, values.all, out);
  return shared > 0 || [...alerts, ...panels].some(({ state }) => state === 'blind') ? 1 : 0;
}

/** Says which names several services share, and which target label would tell them apart. Returns how many there are. */
async function printShared(
  url: string,
  scope: readonly string[],
  mixins: readonly Mixin[],
  out: Io['out'],
): Promise<number> {
  if (httpAddress(url) === undefined)
    throw new UsageError(`doctor needs an http or https URL after --prometheus, not ${said(url)}`);
  const shared = await sharedNames(mixins, scope, prometheusAt(url), Date.now() / 1_000);
  out(`Names: ${shared.length} ${shared.length === 1 ? 'is' : 'are'} shared by several services\n`);
  for (const { name, services, differBy } of shared) {
    out(`  shared  ${oneLine(`${name}: ${services.join(', ')}`)}\n`);
    if (differBy.length === 0)
      out('           no target label tells them apart: rename one, or give the targets such a label\n');
    for (const { label, values } of differBy)
      out(`           --scope ${label} would tell them apart: ${oneLine(values.join(', '))}\n`);
  }
  if (shared.length > 0) out('\n');
  return shared.length;
}

/** The page, `/metrics` when no path is given. */
async function readPage(address: string): Promise<string> {
  const found = httpAddress(address);
  if (found === undefined) throw new UsageError(`doctor needs an http or https URL, not ${said(address)}`);
  if (found.url.pathname === '/') found.url.pathname = '/metrics';
  const shown = `${found.url.origin}${found.url.pathname}`;
  const { isOk, status, text } = await read({ ...found, shown }, { timeoutMs: TIMEOUT_MS });
  if (!isOk) throw new Error(`${shown} can not be read: it answers ${status}`);
  return text;
}

/** What was typed, but for a password. */
const said = (address: string): string => JSON.stringify(address.replace(/:[^:@/]*@/, ':…@'));

/** What needs a hand first, then what comes by itself; what is not for this service is counted by what it would be for, unless all is asked for. */
const ORDER = ['blind', 'waits', 'works', 'unused'] as const satisfies readonly Diagnosis['state'][];

function print(title: string, diagnoses: readonly Diagnosis[], isWhole: boolean, out: Io['out']): void {
  const all = (state: Diagnosis['state']) => diagnoses.filter((diagnosis) => diagnosis.state === state);
  const count = (state: Diagnosis['state']) => all(state).length;
  out(
    `${title}: ${count('works')} can work, ${count('waits')} wait for something, ${count('blind')} can not work, ${count('unused')} are not for this service\n`,
  );
  for (const { subject, state, reasons } of ORDER.flatMap(all)) {
    if (state === 'unused' && !isWhole) continue;
    out(`  ${state.padEnd(6)}  ${subject.name}\n`);
    for (const reason of reasons) out(`           ${reason}\n`);
  }
  if (count('unused') > 0 && !isWhole) out(`  unused  ${othersOf(all('unused'))}; --all names them\n`);
}

/** What they would be for, most first. */
function othersOf(unused: readonly Diagnosis[]): string {
  const counts = new Map<string, number>();
  for (const { of } of unused) counts.set(of[0]!, (counts.get(of[0]!) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([what, count]) => `${count} for ${what}`)
    .join(', ');
}
