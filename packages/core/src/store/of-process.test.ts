import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { createExposition } from '../exposition/index.ts';
import { attach } from '../otel/bridge.ts';
import { producerOf } from '../otel/producer.ts';
import { processClock, processStart } from './self-metrics.ts';
import { Store } from './store.ts';

const START = 1_767_225_600;

function storeOfProcess() {
  let seconds = START;
  const store = new Store({
    ofProcess: true,
    clock: { wallMs: () => seconds * 1000, monotonicMs: () => seconds * 1000 },
  });
  return {
    store,
    pass(more: number) {
      seconds += more;
    },
  };
}

class Reader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
  override selectAggregationTemporality = () => AggregationTemporality.CUMULATIVE;
}

/** What is read of a store on each way out, by name. */
const WAYS: Record<string, (store: Store) => () => Promise<Map<string, number>>> = {
  text: (store) => {
    const { render } = createExposition({ store });
    return async () => {
      const lines = Buffer.concat((await render()).chunks)
        .toString()
        .split('\n');
      return new Map(lines.map((line) => [line.split(/[ {]/)[0]!, Number(line.split(' ').at(-1))]));
    };
  },
  producer: (store) => async () => {
    const { resourceMetrics } = await producerOf(store).collect();
    return new Map(
      resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
        metrics.map(
          ({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]!.value as number] as const,
        ),
      ),
    );
  },
  bridge: (store) => {
    const reader = new Reader();
    attach(store, new MeterProvider({ readers: [reader] }));
    return async () => {
      const { resourceMetrics } = await reader.collect();
      return new Map(
        resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
          metrics.map(
            ({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value as number] as const,
          ),
        ),
      );
    };
  },
};

test.each(Object.keys(WAYS))(
  'the store of a process says by %s when it began and what its clock shows, at each collection',
  async (way) => {
    const { store, pass } = storeOfProcess();
    const read = WAYS[way]!(store);
    pass(60);
    const first = await read();
    expect([first.get(processStart.name), first.get(processClock.name)]).toEqual([START, START + 60]);
    pass(15);
    const second = await read();
    expect([second.get(processStart.name), second.get(processClock.name)]).toEqual([START, START + 75]);
  },
);

test('another store says nothing of the process', async () => {
  const store = new Store();
  await store.collect();
  expect([...store.instruments()].map(({ descriptor }) => descriptor.name)).not.toContain(processClock.name);
});
