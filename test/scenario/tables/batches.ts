import { seriesName } from '../world/series-history.ts';
import type { Table } from './table.ts';

/** What has no labels is told to all. */
const HEARTBEAT = 'slo:slice:seconds';

/** So many at most: each rule is evaluated over all of them. */
const MOST = 8;

/** Tables that are evaluated side by side: of one pace, and none tells a series that a rule of another records. */
export function batchesOf(all: readonly Table[]): Table[][] {
  const batches: {
    readonly tables: Table[];
    readonly rules: Set<Table['recorded']>;
    readonly records: Set<string>;
    readonly told: Set<string>;
  }[] = [];
  for (const each of all) {
    const record = each.recorded.record!;
    const told = new Set(each.played.series.map(seriesName).filter((name) => name !== record));
    const pace = JSON.stringify(each.played.story.pace);
    const fits = batches.find(
      (batch) =>
        batch.tables.length < MOST &&
        JSON.stringify(batch.tables[0]!.played.story.pace) === pace &&
        (batch.rules.has(each.recorded) || !batch.records.has(record)) &&
        !batch.told.has(record) &&
        !(batch.told.has(HEARTBEAT) && told.has(HEARTBEAT)) &&
        ![...told].some((name) => batch.records.has(name)),
    );
    const batch = fits ?? { tables: [], rules: new Set(), records: new Set(), told: new Set() };
    if (fits === undefined) batches.push(batch);
    batch.tables.push(each);
    batch.rules.add(each.recorded);
    batch.records.add(record);
    for (const name of told) batch.told.add(name);
  }
  return batches.map((batch) => batch.tables);
}
