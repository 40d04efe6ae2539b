import { alertTables } from './alerts.ts';
import { dagTables } from './dags.ts';
import { datasetTables } from './datasets.ts';
import { diskTables } from './disks.ts';
import { figureTables } from './figures.ts';
import { increaseTables } from './increases.ts';
import { processTables } from './processes.ts';
import { queueTables } from './queues.ts';
import { recordingTables } from './records.ts';
import { sloTables } from './slos.ts';
import type { Table } from './table.ts';
import { registerTables } from './things.ts';
import { totalTables } from './totals.ts';

/** All tables. */
export const tables: readonly Table[] = [
  ...processTables,
  ...registerTables,
  ...recordingTables,
  ...figureTables,
  ...totalTables,
  ...increaseTables,
  ...sloTables,
  ...alertTables,
  ...queueTables,
  ...dagTables,
  ...datasetTables,
  ...diskTables,
];
