import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sloSetOf } from '../engine/mixin/folds.ts';
import { scopeOf } from '../engine/scope/scope.ts';
import { collect } from '../engine/slo/report/figures.ts';
import { htmlReport } from '../engine/slo/report/html.ts';
import { markdownReport } from '../engine/slo/report/markdown.ts';
import { PERIODS, type PeriodName, periodEnding } from '../engine/slo/report/period.ts';
import { prometheusAt } from '../engine/slo/report/prometheus.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';

const FORMATS = { md: markdownReport, html: htmlReport } as const;

/** `slo-report`: what was promised, what was attained, and what is left, from a Prometheus that has loaded the rules. */
export async function sloReportCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      prometheus: { type: 'string' },
      period: { type: 'string' },
      at: { type: 'string' },
      format: { type: 'string' },
      selector: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
      out: { type: 'string' },
      config: INSTALLATION_OPTIONS.config,
    },
  });
  const url = values.prometheus ?? '';
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError('slo-report needs --prometheus URL, an http or https URL');
  const period = oneOf('--period', values.period ?? 'week', Object.keys(PERIODS)) as PeriodName;
  const format = oneOf('--format', values.format ?? 'md', Object.keys(FORMATS)) as keyof typeof FORMATS;
  const { mixins, context } = await installationOf(
    { config: values.config, selector: values.selector, scope: values.scope },
    folder,
  );
  const { selector = {} } = context;
  const matchers = Object.entries(selector).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const report = await collect(
    prometheusAt(url),
    periodEnding(period, timeOf(values.at)),
    sloSetOf(mixins).slos,
    {
      matchers: matchers.length === 0 ? '' : `{${matchers.join(',')}}`,
      scope: scopeOf(context),
    },
  );
  const text = FORMATS[format](report);
  if (values.out === undefined) out(text);
  else {
    writeFileSync(resolve(folder, values.out), text);
    out(`${values.out}\n`);
  }
  return 0;
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value))
    throw new UsageError(`${option} must be ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
  return value;
}

/** Unix seconds of a time in ISO 8601 or as Unix seconds; now without one. */
function timeOf(at: string | undefined): number {
  const ms = at === undefined ? Date.now() : /^\d+(\.\d+)?$/.test(at) ? Number(at) * 1_000 : Date.parse(at);
  if (Number.isNaN(ms))
    throw new UsageError(`--at must be a time such as 2026-11-21T00:00Z, not ${JSON.stringify(at)}`);
  return ms / 1_000;
}
