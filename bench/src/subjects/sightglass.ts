import { describe, Handles } from '@sightglass/core/authors';
import { createExposition } from '../../../packages/core/src/exposition/index.ts';
import { Store } from '../../../packages/core/src/store/index.ts';
import { BUCKETS, COUNTER, HISTOGRAM } from '../inputs.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** This library: a helper as the domain packages write theirs, and the exposition that the endpoint serves. */
export const sightglass: SubjectKind = {
  name: 'Sightglass',
  create(labelSets): Subject {
    const store = new Store();
    const shared = { labels: ['table', 'layer'], maxSeries: Math.max(2_000, labelSets) } as const;
    const rows = store.counter(describe('counter', COUNTER, { ...shared, help: 'Rows.' }));
    const duration = store.histogram(
      describe('histogram', HISTOGRAM, { ...shared, help: 'Durations.', buckets: BUCKETS }),
    );
    const handles = new Handles(
      ['table', 'layer'],
      ({ table, layer }: { readonly table: string; readonly layer: string }) => ({
        rows: rows.bind({ table, layer }),
        duration: duration.bind({ table, layer }),
      }),
    );
    const exposition = createExposition({ store });
    return {
      record(calls) {
        for (const call of calls) {
          const series = handles.at(call);
          series.rows.add(call.rows);
          series.duration.record(call.durationSeconds);
        }
      },
      observe(calls) {
        for (const { table, layer, durationSeconds } of calls)
          duration.record(durationSeconds, { table, layer });
      },
      async render() {
        const { chunks } = await exposition.render();
        return chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
      },
    };
  },
};
