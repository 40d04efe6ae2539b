import type { MetricDescriptor } from '@sightglass/core';
import { type Mixin, type MixinMetrics, metricsOf } from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { cell, table } from './markdown.ts';

/** `docs/reference/metrics.md`: every metric that these mixins are made of. */
export function metricsPage(mixins: readonly Mixin[] = shipped): string {
  return `# Metrics

Names are the same by scrape and by OTLP. A counter starts at 0 with its process; a gauge is exported once it is set.

${mixins
  .filter(({ metrics = [] }) => metrics.length > 0)
  .map(domain)
  .join('\n')}`;
}

const domain = (mixin: Mixin): string =>
  `## ${mixin.name}\n\n${(mixin.metrics ?? []).map((metrics) => exported(mixin, metrics)).join('\n')}`;

function exported(mixin: Mixin, metrics: MixinMetrics): string {
  const descriptors = metricsOf([{ ...mixin, metrics: [metrics] }]);
  return `Exported by \`${metrics.exportedBy}\`:\n\n${descriptors.map(metric).join('\n')}`;
}

function metric(descriptor: MetricDescriptor): string {
  const { name, kind, help, unit, labels, buckets, maxSeries, convention, expiresAfterSeconds } = descriptor;
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
    ...(expiresAfterSeconds === undefined
      ? []
      : [['a series ends', `after ${expiresAfterSeconds} s without a record`]]),
  ];
  return `### ${name}\n\n${help}\n\n${table(['', ''], rows)}`;
}
