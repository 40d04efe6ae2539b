import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BUCKETS, COUNTER, HISTOGRAM } from '../inputs.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** The SDK's own instruments, its Prometheus reader and that reader's serializer, as its scrape handler uses them. */
export const openTelemetry: SubjectKind = {
  name: 'OpenTelemetry SDK',
  create(): Subject {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const serializer = new PrometheusSerializer();
    const meter = new MeterProvider({ readers: [exporter] }).getMeter('bench');
    const rows = meter.createCounter(COUNTER, { description: 'Rows.' });
    const duration = meter.createHistogram(HISTOGRAM, {
      description: 'Durations.',
      advice: { explicitBucketBoundaries: BUCKETS },
    });
    return {
      record(calls) {
        for (const call of calls) {
          const labels = { table: call.table, layer: call.layer };
          rows.add(call.rows, labels);
          duration.record(call.durationSeconds, labels);
        }
      },
      observe(calls) {
        for (const { table, layer, durationSeconds } of calls)
          duration.record(durationSeconds, { table, layer });
      },
      async render() {
        const { resourceMetrics } = await exporter.collect();
        return Buffer.from(serializer.serialize(resourceMetrics)).length;
      },
    };
  },
};
