import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { httpAddress } from '../engine/http/index.ts';
import { sloSetOf } from '../engine/mixin/folds.ts';
import { scopeOf } from '../engine/scope/scope.ts';
import { collect } from '../engine/slo/report/figures.ts';
import { htmlReport } from '../engine/slo/report/html.ts';
import { markdownReport } from '../engine/slo/report/markdown.ts';
import { PERIODS, type PeriodName, periodEnding } from '../engine/slo/report/period.ts';
import { prometheusAt } from '../engine/slo/report/prometheus.ts';
import { periodTitle, timeText } from '../engine/slo/report/words.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import type { Io } from './io.ts';
import { sendMail, smtpServer } from './mail.ts';
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
      'mail-to': { type: 'string', multiple: true },
      'mail-from': { type: 'string' },
      smtp: { type: 'string' },
      'smtp-password-file': { type: 'string' },
      config: INSTALLATION_OPTIONS.config,
    },
  });
  const url = values.prometheus ?? '';
  if (httpAddress(url) === undefined)
    throw new UsageError('slo-report needs --prometheus URL, an http or https URL');
  const period = oneOf('--period', values.period ?? 'week', Object.keys(PERIODS)) as PeriodName;
  const format = oneOf('--format', values.format ?? 'md', Object.keys(FORMATS)) as keyof typeof FORMATS;
  const to = (values['mail-to'] ?? []).flatMap((each) => each.split(',')).map((each) => each.trim());
  if (to.length > 0 !== (values.smtp !== undefined))
    throw new UsageError('--mail-to ADDRESS and --smtp URL go together');
  const strange = [...to, ...(values['mail-from'] === undefined ? [] : [values['mail-from']])].find(
    (address) => !/^[^\s@<>,]+@[^\s@<>,]+$/.test(address),
  );
  if (strange !== undefined) throw new UsageError(`${JSON.stringify(strange)} is no address of mail`);
  const server =
    values.smtp === undefined
      ? undefined
      : smtpServer(values.smtp, { passwordFile: values['smtp-password-file'], folder });
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
  if (server !== undefined) {
    await sendMail(
      {
        from: values['mail-from'] ?? to[0]!,
        to,
        subject: `${periodTitle(report.period)} SLO report, ${timeText(report.period.end).slice(0, 10)}: ${verdictOf(report)}`,
        text: markdownReport(report),
        html: htmlReport(report),
      },
      server,
      folder,
    );
    out(`sent to ${to.join(', ')}\n`);
  }
  if (values.out !== undefined) {
    writeFileSync(resolve(folder, values.out), text);
    out(`${values.out}\n`);
  } else if (server === undefined) out(text);
  if (report.figures.length > 0) return 0;
  // A mail each week that nobody reads closely must not pass for good news.
  throw new Error(
    `${url} has no series of SLOs in this period: are the rules loaded there, and --selector and --scope those that they were rendered with?`,
  );
}

/** The report in some words. */
function verdictOf({
  figures,
}: {
  readonly figures: readonly { readonly remaining?: number | undefined }[];
}) {
  if (figures.length === 0) return 'nothing was measured';
  const broken = figures.filter(({ remaining }) => remaining !== undefined && remaining < 0).length;
  return broken === 0 ? 'all promises kept' : `${broken} of ${figures.length} broken`;
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
