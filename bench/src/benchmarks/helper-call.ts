import { calls } from '../inputs.ts';
import { compare, keep } from '../measure.ts';
import { type Row, row } from '../row.ts';
import { openTelemetry } from '../subjects/opentelemetry.ts';
import { promClient15, prometheusIoClient } from '../subjects/prometheus-clients.ts';
import { sightglass } from '../subjects/sightglass.ts';

const PEERS = [
  { kind: prometheusIoClient, floor: 5 },
  { kind: promClient15, floor: 8 },
  { kind: openTelemetry, floor: 20 },
];
const CALLS = 1_000;
const REPEATS = 10;

/** A helper that records two metrics with two labels, over 20 label sets. */
export async function helperCall(): Promise<Row[]> {
  const work = calls(CALLS, 20);
  const contenders = [sightglass, ...PEERS.map(({ kind }) => kind)].map(({ name, create }) => {
    const subject = create(20);
    return {
      name,
      subject,
      run() {
        for (let i = 0; i < REPEATS; i++) subject.record(work);
      },
    };
  });
  const times = await compare(contenders, 100);
  for (const { subject } of contenders) keep(await subject.render());
  const nanoseconds = (name: string) => (times[name]! * 1e6) / (CALLS * REPEATS);
  return PEERS.map(({ kind: { name }, floor }) =>
    row({
      work: 'helper call: 2 metrics, 2 labels, 20 label sets',
      against: name,
      ours: nanoseconds(sightglass.name),
      theirs: nanoseconds(name),
      unit: 'ns',
      sense: 'times faster',
      floor,
    }),
  );
}
