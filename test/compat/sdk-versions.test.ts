import { metrics } from '@opentelemetry/api';
import * as sdk3 from '@opentelemetry/sdk-metrics';
import * as sdk2 from '@opentelemetry/sdk-metrics-2';
import { counter, gauge, histogram, sightglassProducer } from '@sightglass/core';
import { describe, expect, test } from 'vitest';

const rows = counter('compat_rows_total', { help: 'Rows.', labels: ['table'] });
const level = gauge('compat_level_ratio', { help: 'Level.' });
const took = histogram('compat_duration_seconds', { help: 'Took.', buckets: [1, 5] });
const shared = histogram('compat_shared_duration_seconds', {
  help: 'Of the conventions.',
  buckets: [1],
  convention: 'compat.shared.duration',
});

/** The assignments below are the point: the producer must compile as the `MetricProducer` of either SDK. */
const producer2: sdk2.MetricProducer = sightglassProducer();
const producer3: sdk3.MetricProducer = sightglassProducer();

class Reader2 extends sdk2.MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

class Reader3 extends sdk3.MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

const generations = [
  { name: '2.12.1', reader: new Reader2({ metricProducers: [producer2] }), Reader: Reader2, sdk: sdk2 },
  { name: '3.1.0', reader: new Reader3({ metricProducers: [producer3] }), Reader: Reader3, sdk: sdk3 },
];

describe.each(generations)('sdk-metrics $name', ({ reader, Reader, sdk }) => {
  test("reads the producer's metrics with that SDK's own enums", async () => {
    rows.add(2, { table: 'trades' });
    level.set(0.5);
    took.record(3);
    const provider = new sdk.MeterProvider({ readers: [reader as never] });
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    const scope = resourceMetrics.scopeMetrics.find(({ scope }) => scope.name === '@sightglass');
    const metric = (name: string) => scope?.metrics.find(({ descriptor }) => descriptor.name === name);
    expect(metric('compat_rows_total')).toMatchObject({
      dataPointType: sdk.DataPointType.SUM,
      aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE,
      isMonotonic: true,
    });
    expect(metric('compat_level_ratio')).toMatchObject({ dataPointType: sdk.DataPointType.GAUGE });
    expect(metric('compat_duration_seconds')).toMatchObject({ dataPointType: sdk.DataPointType.HISTOGRAM });
    await provider.shutdown();
  });

  test("leaves out what an instrumentation measures in that SDK's global provider", async () => {
    shared.record(0.5);
    const own = new Reader({ metricProducers: [sightglassProducer() as never] });
    const provider = new sdk.MeterProvider({ readers: [own as never] });
    metrics.setGlobalMeterProvider(provider);
    const names = async () =>
      (await own.collect()).resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
        metrics.map(({ descriptor }) => descriptor.name),
      );
    expect(await names()).toContain('compat_shared_duration_seconds');
    provider.getMeter('@opentelemetry/instrumentation-x').createHistogram('compat.shared.duration').record(1);
    const together = await names();
    metrics.disable();
    await provider.shutdown();
    expect(together).toContain('compat.shared.duration');
    expect(together).not.toContain('compat_shared_duration_seconds');
  });
});
