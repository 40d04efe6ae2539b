import { type Call, calls, SERIES_PER_LABEL_SET } from '../inputs.ts';
import { compare, keep } from '../measure.ts';
import { type Row, row } from '../row.ts';
import { openTelemetry } from '../subjects/opentelemetry.ts';
import { promClient15, prometheusIoClient } from '../subjects/prometheus-clients.ts';
import { sightglass } from '../subjects/sightglass.ts';
import type { SubjectKind } from '../subjects/subject.ts';

const LABEL_SETS = 1_000;
const ROUNDS = 40;
const SERIES = (LABEL_SETS * SERIES_PER_LABEL_SET).toLocaleString('en');

/** A peer, with the floors for a scrape where everything has changed, where a tenth has, and for its bytes. */
const PEERS = [
  { kind: prometheusIoClient, all: 4, tenth: 10, bytes: 1 },
  { kind: promClient15, all: undefined, tenth: undefined, bytes: 1 },
  { kind: openTelemetry, all: 12, tenth: undefined, bytes: 1 },
];

/** The text of 12,000 series as bytes, when every series has changed since the last scrape and when a tenth has. */
export async function scrape(): Promise<Row[]> {
  const work = calls(LABEL_SETS, LABEL_SETS);
  // Spread over the whole, and another tenth in each round.
  const tenths = Array.from({ length: 10 }, (_, tenth) => work.filter((_, i) => i % 10 === tenth));
  const kinds = [sightglass, ...PEERS.map(({ kind }) => kind)];
  const filled = (create: SubjectKind['create']) => {
    const subject = create(LABEL_SETS);
    subject.record(work);
    return subject;
  };
  const subjects = kinds.map(({ name, create }) => ({ name, subject: filled(create) }));
  const timesWith = (changed: (round: number) => readonly Call[]) =>
    compare(
      subjects.map(({ name, subject }) => ({
        name,
        prepare: (round: number) => subject.record(changed(round)),
        run: async () => keep(await subject.render()),
      })),
      ROUNDS,
    );
  const all = await timesWith(() => work);
  const tenth = await timesWith((round) => tenths[round % 10]!);
  const bytes: Record<string, number> = {};
  for (const { name, create } of kinds) bytes[name] = await filled(create).render();
  const ours = sightglass.name;
  const timeRow = (what: string, times: Record<string, number>, against: string, floor: number | undefined) =>
    row({
      work: `text of ${SERIES} series, ${what} changed`,
      against,
      ours: times[ours]!,
      theirs: times[against]!,
      unit: 'ms',
      sense: 'times faster',
      floor,
    });
  return [
    ...PEERS.map(({ kind, all: floor }) => timeRow('all', all, kind.name, floor)),
    ...PEERS.map(({ kind, tenth: floor }) => timeRow('a tenth', tenth, kind.name, floor)),
    ...PEERS.map(({ kind: { name }, bytes: floor }) =>
      row({
        work: `bytes of ${SERIES} series`,
        against: name,
        ours: bytes[ours]! / 1024,
        theirs: bytes[name]! / 1024,
        unit: 'KiB',
        sense: 'times theirs',
        floor,
      }),
    ),
  ];
}
