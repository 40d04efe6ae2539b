import type { MetricKind } from '../catalog/index.ts';
import type { ExpositionFormat } from './negotiate.ts';
import { unitWord } from './sdk-names.ts';
import { escapeHelp } from './text.ts';

/** What stands above a family's series. */
export interface FamilyHead {
  /** The name of its series, with `_total` or `_info`, without a histogram's suffixes. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  /** UCUM. */
  readonly unit: string;
}

const HISTOGRAM_SUFFIXES = ['', '_bucket', '_sum', '_count'];

/** The names of all series that a family may have. No other family may use one of them. */
export function seriesNames({ name, kind }: Pick<FamilyHead, 'name' | 'kind'>): readonly string[] {
  return kind === 'histogram' ? HISTOGRAM_SUFFIXES.map((suffix) => name + suffix) : [name];
}

/** The metadata lines of a family. `taken` gives the series names of all families, which a shortened OpenMetrics name must not repeat. */
export function headText(
  head: FamilyHead,
  format: ExpositionFormat,
  taken: () => ReadonlyMap<string, unknown>,
): string {
  const { name, type } = format === 'text' ? textType(head) : openMetricsType(head, taken);
  const help = head.help === '' ? '' : `# HELP ${name} ${escapeHelp(head.help, format === 'openmetrics')}\n`;
  const word = format === 'text' ? '' : unitWord(head.unit);
  const unit = word !== '' && name.endsWith(`_${word}`) ? `# UNIT ${name} ${word}\n` : '';
  return `${help}# TYPE ${name} ${type}\n${unit}`;
}

function textType({ name, kind }: FamilyHead): { name: string; type: string } {
  return { name, type: kind === 'info' ? 'gauge' : kind };
}

/** OpenMetrics names a counter and an info without their suffix. Where another family has that short name, the series keep their names and the type is `unknown`. */
function openMetricsType(
  { name, kind }: FamilyHead,
  taken: () => ReadonlyMap<string, unknown>,
): { name: string; type: string } {
  if (kind !== 'counter' && kind !== 'info') return { name, type: kind };
  const short = name.slice(0, name.lastIndexOf('_'));
  return taken().has(short) ? { name, type: 'unknown' } : { name: short, type: kind };
}
