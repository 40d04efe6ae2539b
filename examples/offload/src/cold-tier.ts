import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWriter, parquetWriteRows, type SchemaElement } from 'hyparquet-writer';
import { columnsOf, type Table } from './tables.ts';

/** The rows of a table whose transactions are in `[from, to)`: what one offload moves, and what names its file. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

export type Row = Readonly<Record<string, unknown>>;

/** Rows in a row group, which is what is held in memory at a time. */
const ROW_GROUP_ROWS = 10_000;

const PARTIAL = '.partial';
const FILE = /^(\d{20})-(\d{20})\.parquet$/;

const fileName = ({ from, to }: Range) =>
  `${String(from).padStart(20, '0')}-${String(to).padStart(20, '0')}.parquet`;

/** A folder of Parquet files, `<layer>/<table>/<from>-<to>.parquet`. A file that has its name is whole. */
export class ColdTier {
  readonly #directory: string;

  constructor(directory: string, layer: string) {
    this.#directory = join(directory, layer);
  }

  /** The files of a table, oldest first. */
  async files(table: Table): Promise<string[]> {
    const folder = join(this.#directory, table);
    return (await this.#ranges(table)).map((range) => join(folder, fileName(range)));
  }

  /**
   * Takes away what an offload left behind that died before its watermark moved: that offload began at the watermark, so its file does.
   * Throws when a file lies beyond the watermark that no such death explains, because then this is not the database that filled the folder.
   */
  async settle(table: Table, watermark: bigint): Promise<void> {
    const folder = join(this.#directory, table);
    await mkdir(folder, { recursive: true });
    const beyond = (await this.#ranges(table)).filter(({ to }) => to > watermark);
    const foreign = beyond.find(({ from }) => from !== watermark);
    if (foreign !== undefined) {
      throw new Error(
        `${join(folder, fileName(foreign))} is beyond the watermark ${watermark} of "${table}"`,
      );
    }
    const partial = (await readdir(folder)).filter((name) => name.endsWith(PARTIAL));
    for (const name of [...partial, ...beyond.map(fileName)]) await rm(join(folder, name));
  }

  /**
   * Writes the rows of a range to its file, a row group at a time, and returns how many they were; no file for none.
   * The file is on the disk under a temporary name before it gets its own. Nothing is left behind when it throws.
   */
  async write(table: Table, range: Range, rows: AsyncIterable<Row>): Promise<number> {
    const folder = join(this.#directory, table);
    const target = join(folder, fileName(range));
    const partial = target + PARTIAL;
    try {
      const count = await writeParquet(partial, table, rows);
      if (count === 0) return 0;
      await rename(partial, target);
      await syncFolder(folder);
      return count;
    } finally {
      await rm(partial, { force: true });
    }
  }

  async #ranges(table: Table): Promise<Range[]> {
    const names = await readdir(join(this.#directory, table)).catch(() => []);
    return names.sort().flatMap((name) => {
      const [, from, to] = FILE.exec(name) ?? [];
      return from === undefined || to === undefined ? [] : [{ from: BigInt(from), to: BigInt(to) }];
    });
  }
}

async function writeParquet(path: string, table: Table, rows: AsyncIterable<Row>): Promise<number> {
  let count = 0;
  async function* counted() {
    for await (const row of rows) {
      count++;
      yield row;
    }
  }
  const file = await open(path, 'w');
  try {
    const bytes = new ByteWriter();
    const flush = async () => {
      await file.write(bytes.getBytes());
      bytes.index = 0;
    };
    await parquetWriteRows({
      writer: Object.assign(bytes, { flush, finish: flush }),
      rows: counted(),
      columns: columnsOf(table).map(({ name }) => ({ name })),
      schema: schemaOf(table),
      rowGroupSize: ROW_GROUP_ROWS,
    });
    await file.sync();
  } finally {
    await file.close();
  }
  return count;
}

function schemaOf(table: Table): SchemaElement[] {
  const columns = columnsOf(table);
  return [
    { name: table, num_children: columns.length },
    ...columns.map(({ name, parquet }) => ({ name, ...parquet, repetition_type: 'REQUIRED' as const })),
  ];
}

/** Makes the new name itself last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
