import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backtest } from '../backtest/backtest.ts';
import { FAULTS } from '../backtest/faults.ts';
import type { Hours } from '../backtest/judge.ts';
import { plot } from '../backtest/plot.ts';
import { reportTable } from '../backtest/text.ts';
import { ANOMALY_METHODS, type AnomalyMethod } from '../engine/anomalies/index.ts';
import { httpAddress } from '../engine/http/index.ts';
import { parseDuration } from '../engine/promql/duration.ts';
import { type Line, prometheusAt } from '../engine/slo/report/prometheus.ts';
import { type Io, oneLine } from './io.ts';
import { UsageError } from './usage.ts';

const HOUR = 3_600;
/** What is learned from before the first hour that counts: the seasonal method looks back two weeks, and knows how far it errs after most of another. */
const LEARNED_HOURS = 21 * 24;
/** More series than this are no report that anybody reads. */
const MOST_SERIES = 20;
/** A year of hours is what Prometheus answers at once. */
const LONGEST_DAYS = 366;

/** `backtest`: how often a rule on anomalies would have fired over the history of a metric, and how well it finds faults that are put into it. */
export async function backtestCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      prometheus: { type: 'string' },
      query: { type: 'string' },
      range: { type: 'string' },
      at: { type: 'string' },
      by: { type: 'string' },
      method: { type: 'string', multiple: true },
      sensitivity: { type: 'string' },
      counts: { type: 'boolean' },
      least: { type: 'string' },
      plot: { type: 'string' },
    },
  });
  const url = values.prometheus ?? '';
  if (httpAddress(url) === undefined)
    throw new UsageError('backtest needs --prometheus URL, an http or https URL');
  if (values.query === undefined || values.query.trim() === '')
    throw new UsageError('backtest needs --query EXPR, what the metric is at a time');
  const range = parseDuration(values.range ?? '28d');
  if (
    range === undefined ||
    range.durationSeconds < 24 * HOUR ||
    range.durationSeconds > LONGEST_DAYS * 24 * HOUR
  )
    throw new UsageError(`--range must be from 1d to ${LONGEST_DAYS}d, not ${JSON.stringify(values.range)}`);
  const methods = (values.method ?? [...ANOMALY_METHODS]).map(methodOf);
  const options = {
    counts: values.counts === true,
    ...(values.sensitivity === undefined
      ? {}
      : { sensitivity: numberOf('--sensitivity', values.sensitivity) }),
    ...(values.least === undefined ? {} : { leastSpread: numberOf('--least', values.least) }),
  };
  const query = values.by === undefined ? values.query : `sum by (${labelsOf(values.by)}) (${values.query})`;
  const end = Math.floor(timeOf(values.at) / HOUR) * HOUR;
  const hoursTold = Math.floor(range.durationSeconds / HOUR);
  const start = end - (hoursTold + LEARNED_HOURS - 1) * HOUR;
  const lines = await prometheusAt(url).queryRange(`avg_over_time((${query})[1h:5m])`, start, end, HOUR);
  if (lines.length === 0)
    throw new Error(`the query has no series from ${timeText(start)} to ${timeText(end)}`);
  const shown = lines.slice(0, MOST_SERIES);
  for (const [i, line] of shown.entries()) {
    const hours = hoursOf(line, start, end);
    const reports = methods.map((method) => backtest(hours, LEARNED_HOURS, method, options));
    const name = seriesText(line);
    out(`${name}, ${timeText(end - hoursTold * HOUR)} to ${timeText(end)}\n\n${reportTable(reports)}\n\n`);
    if (values.plot === undefined) continue;
    const file = shown.length === 1 ? values.plot : values.plot.replace(/(\.svg)?$/, `-${i + 1}.svg`);
    writeFileSync(resolve(folder, file), plot(name, hours.slice(LEARNED_HOURS), reports, options));
    out(`${file}\n\n`);
  }
  if (lines.length > shown.length)
    out(`${lines.length - shown.length} more series are not shown: name the labels to sum by with --by.\n\n`);
  out(
    `Unusual hours in a row are one alarm: a false one, where nothing was wrong. Faults are put into the history one at a time: ${FAULTS.map(({ name, about }) => `${name}, ${about}`).join('; ')}. A gap is found by alerts on absence, not by these.\n`,
  );
  return 0;
}

function methodOf(text: string): AnomalyMethod {
  const method = ANOMALY_METHODS.find((each) => each === text);
  if (method === undefined)
    throw new UsageError(`--method must be ${ANOMALY_METHODS.join(', ')}, not ${JSON.stringify(text)}`);
  return method;
}

function labelsOf(text: string): string {
  const labels = text.split(',').map((label) => label.trim());
  if (!labels.every((label) => /^[a-zA-Z_]\w*$/.test(label)))
    throw new UsageError(`--by must be labels with commas between them, not ${JSON.stringify(text)}`);
  return labels.join(', ');
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < Infinity))
    throw new UsageError(`${option} must be a number above 0, not ${JSON.stringify(text)}`);
  return value;
}

/** Unix seconds of a time in ISO 8601 or as Unix seconds; now without one. */
function timeOf(at: string | undefined): number {
  const ms = at === undefined ? Date.now() : /^\d+(\.\d+)?$/.test(at) ? Number(at) * 1_000 : Date.parse(at);
  if (Number.isNaN(ms))
    throw new UsageError(`--at must be a time such as 2026-11-21T00:00Z, not ${JSON.stringify(at)}`);
  return ms / 1_000;
}

const timeText = (seconds: number): string => `${new Date(seconds * 1_000).toISOString().slice(0, 16)}Z`;

const seriesText = ({ labels }: Line): string => {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return oneLine(`${name}{${pairs.join(', ')}}`);
};

function hoursOf({ points }: Line, start: number, end: number): Hours {
  const hours = new Array<number | undefined>(Math.round((end - start) / HOUR) + 1).fill(undefined);
  for (const { time, value } of points) {
    const hour = Math.round((time - start) / HOUR);
    // A time that was not asked for would make the list as long as it is far away.
    if (Number.isFinite(value) && hour >= 0 && hour < hours.length) hours[hour] = value;
  }
  return hours;
}
