import * as successor from '@prometheus-io/client';
import promClient from 'prom-client';
import { BUCKETS, COUNTER, HISTOGRAM } from '../inputs.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** The two share their interface; the successor's types are the same where this benchmark uses them. */
function subjectKind(name: string, client: typeof promClient): SubjectKind {
  return {
    name,
    create(): Subject {
      const registry = new client.Registry();
      const shared = { labelNames: ['table', 'layer'], registers: [registry] };
      const rows = new client.Counter({ ...shared, name: COUNTER, help: 'Rows.' });
      const duration = new client.Histogram({
        ...shared,
        name: HISTOGRAM,
        help: 'Durations.',
        buckets: BUCKETS,
      });
      return {
        record(calls) {
          for (const call of calls) {
            const labels = { table: call.table, layer: call.layer };
            rows.inc(labels, call.rows);
            duration.observe(labels, call.durationSeconds);
          }
        },
        observe(calls) {
          for (const { table, layer, durationSeconds } of calls)
            duration.observe({ table, layer }, durationSeconds);
        },
        async render() {
          return Buffer.from(await registry.metrics()).length;
        },
      };
    },
  };
}

export const prometheusIoClient = subjectKind(
  '@prometheus-io/client',
  successor as unknown as typeof promClient,
);
export const promClient15 = subjectKind('prom-client', promClient);
