import {
  alertFires,
  type OneAlert,
  phoneRings,
  phoneSaysOver,
  type Scene,
  scrape,
  wait,
} from '@sightglass/demo-kit';
import { ColdTier } from './cold-tier.ts';
import type { Example } from './start-example.ts';
import { TABLE_NAMES, type Table } from './tables.ts';

/** The table that is broken, and the alert that tells of it. */
const BROKEN: Table = 'quotes';
const ALERT: OneAlert = { alertname: 'IcebergOffloadConsecutiveFailures', table: BROKEN };

interface Parts {
  readonly example: Example;
  readonly coldTierDir: string;
}

type Outcome = 'rowsMoved' | 'fired' | 'delivered' | 'repaired' | 'resolved';

/** A table breaks, the phone learns of it, and it is repaired. */
export async function tellStory(scene: Scene<Parts>, happened: (outcome: Outcome) => void): Promise<void> {
  const { stack, terminal } = scene;
  const value = async (name: string, labels: Readonly<Record<string, string>>) =>
    (await scrape(stack.example.metricsUrl))(name, labels) ?? 0;
  const failures = () => value('offload_consecutive_failures', { table: BROKEN });
  const aside = async () => `${BROKEN} failed ${await failures()} times in a row`;

  terminal.step('Rows move from Postgres to Parquet files');
  const successes = () => value('offload_cycles_total', { status: 'success' });
  await wait(scene, { what: 'two good cycles', seconds: 40, ask: async () => (await successes()) >= 2 });
  const cold = new ColdTier(stack.coldTierDir, 'bronze');
  const files = await Promise.all(TABLE_NAMES.map((table) => cold.files(table)));
  terminal.say(await scene.line(), `${files.flat().length} files in ${stack.coldTierDir}`);
  happened('rowsMoved');

  terminal.step(`Breaking the table "${BROKEN}": somebody renames one of its columns`);
  await stack.example.control.inject('failing-table', { table: BROKEN });
  const isBad = async () => (await failures()) >= 3;
  await wait(scene, { what: `three failures of ${BROKEN}`, seconds: 60, ask: isBad, aside });
  terminal.say(`${BROKEN} has failed 3 times in a row; the other tables go on`);
  if (await alertFires(scene, ALERT)) happened('fired');
  const isTold = await phoneRings(scene, ALERT);
  if (isTold) happened('delivered');

  terminal.step(`Repairing the table "${BROKEN}": the column gets its name back`);
  await stack.example.control.repair('failing-table');
  const isWell = async () => (await failures()) === 0;
  await wait(scene, { what: `a success of ${BROKEN}`, seconds: 40, ask: isWell, aside });
  terminal.say(await scene.line(), `${BROKEN} has caught up: the rows of the meantime are in the cold tier`);
  happened('repaired');
  if (isTold) {
    await phoneSaysOver(scene, ALERT);
    happened('resolved');
  }
}

/** How many rows each table has moved so far, in a line. */
export async function rowsMoved({ example }: Parts): Promise<string> {
  const now = await scrape(example.metricsUrl);
  const counts = TABLE_NAMES.map(
    (table) => `${table} ${(now('offload_rows_total', { table }) ?? 0).toLocaleString('en')}`,
  );
  return `rows moved: ${counts.join(', ')}`;
}
