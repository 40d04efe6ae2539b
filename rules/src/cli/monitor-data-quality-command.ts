import { parseArgs } from 'node:util';
import { httpAddress } from '../engine/http/index.ts';
import { prometheusAt } from '../engine/slo/report/prometheus.ts';
import { type DatasetFindings, datasetFindings } from '../mixins/datasets/monitor.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import { type Io, oneLine } from './io.ts';
import { UsageError } from './usage.ts';

/** That it could not be told: no shell that goes by the status takes it for data that is well, or that is wrong. */
const NOT_TOLD = 2;

/**
 * `monitor-data-quality`: what is stale, incomplete or failing, from a Prometheus that has loaded the rules. 0 when nothing is wrong, 1 when something is, 2 when that can't
 * be told.
 */
export async function monitorDataQualityCommand(
  args: readonly string[],
  { out, folder }: Io,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      prometheus: { type: 'string' },
      layer: { type: 'string', multiple: true },
      dataset: { type: 'string', multiple: true },
      severity: { type: 'string' },
      format: { type: 'string' },
      selector: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
      config: INSTALLATION_OPTIONS.config,
    },
  });
  const url = values.prometheus ?? '';
  if (httpAddress(url) === undefined)
    throw new UsageError('monitor-data-quality needs --prometheus URL, an http or https URL');
  const { format = 'table', severity = 'warning' } = values;
  if (!['table', 'json'].includes(format))
    throw new UsageError(`--format must be table or json, not ${JSON.stringify(format)}`);
  if (!['warning', 'critical'].includes(severity))
    throw new UsageError(`--severity must be warning or critical, not ${JSON.stringify(severity)}`);
  const { context } = await installationOf(
    { config: values.config, selector: values.selector, scope: values.scope },
    folder,
  );
  let all: readonly DatasetFindings[];
  try {
    all = await datasetFindings(prometheusAt(url), Date.now() / 1_000, context);
  } catch (error) {
    out(`It could not be told: ${(error as Error).message}\n`);
    return NOT_TOLD;
  }
  const isChosen = (names: readonly string[] | undefined, value = '') => names?.includes(value) ?? true;
  const chosen = all.filter(
    ({ labels }) => isChosen(values.layer, labels.layer) && isChosen(values.dataset, labels.dataset),
  );
  if (chosen.length === 0) {
    out(
      `It could not be told: ${httpAddress(url)!.shown} knows no such data set. Has it loaded datasets.yml, and does it scrape a service that declares one?\n`,
    );
    return NOT_TOLD;
  }
  const counts = severity === 'critical' ? ['critical'] : ['critical', 'warning'];
  const wrong = chosen.filter(({ states }) => states.some((state) => counts.includes(state.severity)));
  if (format === 'json') out(`${JSON.stringify(chosen, null, 2)}\n`);
  else {
    out(tableOf(chosen));
    out(
      `\n${chosen.length} data set${chosen.length === 1 ? '' : 's'}, ${wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} with something wrong`}\n`,
    );
  }
  return wrong.length === 0 ? 0 : 1;
}

/** A column of the table; what is not known is a dash. */
const COLUMNS: readonly (readonly [
  heading: string,
  cell: (findings: DatasetFindings) => string | undefined,
])[] = [
  ['STATE', ({ states }) => states.map(({ name }) => name).join(', ')],
  ['AGE', ({ ageSeconds }) => duration(ageSeconds)],
  ['MAY BE', ({ ageObjectiveSeconds }) => duration(ageObjectiveSeconds)],
  ['UPDATED', ({ sinceUpdateSeconds }) => duration(sinceUpdateSeconds)],
  ['SCORE', ({ scoreRatio }) => percent(scoreRatio)],
  ['CHECKED', ({ sinceCheckSeconds }) => duration(sinceCheckSeconds)],
  ['COMPLETE', ({ completenessRatio }) => percent(completenessRatio)],
  ['ROWS', ({ loadRows }) => (loadRows === undefined ? undefined : String(loadRows))],
];

function tableOf(all: readonly DatasetFindings[]): string {
  const names = [...new Set(all.flatMap(({ labels }) => Object.keys(labels)))];
  const [state, ...others] = COLUMNS;
  const columns = [
    state!,
    ...names.map((name) => [name.toUpperCase(), ({ labels }: DatasetFindings) => labels[name]] as const),
    ...others,
  ];
  const rows = [
    columns.map(([heading]) => heading),
    ...all.map((findings) => columns.map(([, cell]) => oneLine(cell(findings) ?? '-'))),
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** The two largest units of a duration, such as `2h 5m`. */
function duration(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !Number.isFinite(seconds)) return undefined;
  let left = Math.round(Math.max(0, seconds));
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count}${name}`);
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

const percent = (ratio: number | undefined): string | undefined =>
  ratio === undefined ? undefined : `${Math.floor(1_000 * ratio) / 10} %`;
