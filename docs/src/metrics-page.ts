import type { MetricDescriptor } from '@sightglass/core';
import * as core from '@sightglass/core/metrics';
import * as pipeline from '@sightglass/pipeline/metrics';
import * as scheduler from '@sightglass/scheduler/metrics';
import { cell, table } from './markdown.ts';

/** Core's are of two kinds: what the library says of itself, and what it measures of a service when asked. */
const isOwn = ([, { name }]: [string, MetricDescriptor]) => /^(sightglass|health_check)_/.test(name);
const own = Object.fromEntries(Object.entries(core).filter(isOwn));
const service = Object.fromEntries(Object.entries(core).filter((metric) => !isOwn(metric)));

/** The packages that declare metrics, in the order of the page. */
const DOMAINS = {
  'Offload pipelines (`@sightglass/pipeline`)': pipeline,
  'Scheduled jobs and syncs (`@sightglass/scheduler`)': scheduler,
  'Every service (`@sightglass/core/service`)': service,
  'The library itself (`@sightglass/core`)': own,
} as const;

/** `docs/reference/metrics.md`: every metric that the library can emit. */
export function metricsPage(): string {
  const sections = Object.entries(DOMAINS).map(
    ([title, module]) => `## ${title}\n\n${descriptorsOf(module).map(metric).join('\n')}`,
  );
  return `# Metrics

Names are the same by scrape and by OTLP. A counter starts at 0 with its process; a gauge is exported once it is set.

${sections.join('\n')}`;
}

function metric(descriptor: MetricDescriptor): string {
  const { name, kind, help, unit, labels, buckets, maxSeries, convention } = descriptor;
  const labelTexts = labels.map((label) => {
    const values = label.values?.map((value) => `\`${value}\``).join(', ');
    return `\`${label.name}\`${values === undefined ? '' : ` (${values})`}`;
  });
  const rows = [
    ['kind', kind],
    ['labels', labelTexts.join(', ') || 'none'],
    ...(unit === undefined ? [] : [['unit', cell(unit)]]),
    ...(buckets === undefined ? [] : [['buckets', buckets.join(', ')]]),
    ...(convention === undefined ? [] : [['OpenTelemetry', `\`${convention}\``]]),
    ['series kept in a process', String(maxSeries)],
  ];
  return `### ${name}\n\n${help}\n\n${table(['', ''], rows)}`;
}

/** A package exports its metrics as instruments or as bare descriptors. */
function descriptorsOf(module: object): MetricDescriptor[] {
  return Object.values(module).map((value: MetricDescriptor | { readonly descriptor: MetricDescriptor }) =>
    'descriptor' in value ? value.descriptor : value,
  );
}
