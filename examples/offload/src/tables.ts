import type { SchemaElement } from 'hyparquet-writer';

/** A column of a hot table: how Postgres keeps it, how it is read, how Parquet keeps it. */
export interface Column {
  readonly name: string;
  /** Type and constraints in Postgres. */
  readonly sql: string;
  /** The expression that reads it. Default: its name. */
  readonly read?: string;
  readonly parquet: Omit<SchemaElement, 'name' | 'repetition_type'>;
}

const INT64 = { type: 'INT64' } as const;
const DOUBLE = { type: 'DOUBLE' } as const;
const STRING = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

const id: Column = { name: 'id', sql: 'bigint generated always as identity primary key', parquet: INT64 };

/** Microseconds, as Postgres keeps them: a JavaScript `Date` would cut them to milliseconds. */
const createdAt: Column = {
  name: 'created_at',
  sql: 'timestamptz not null default clock_timestamp()',
  read: '(extract(epoch from created_at) * 1000000)::bigint',
  parquet: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
};

const symbol: Column = { name: 'symbol', sql: 'text not null', parquet: STRING };
const venue: Column = { name: 'venue', sql: `text not null default 'XNAS'`, parquet: STRING };
const price: Column = { name: 'price', sql: 'double precision not null', parquet: DOUBLE };
const quantity: Column = { name: 'quantity', sql: 'bigint not null', parquet: INT64 };

/** The tables that are offloaded, with the columns that the cold tier keeps. */
export const TABLES = {
  trades: [id, createdAt, symbol, price, quantity, venue],
  quotes: [
    id,
    createdAt,
    symbol,
    { name: 'bid', sql: 'double precision not null', parquet: DOUBLE },
    { name: 'ask', sql: 'double precision not null', parquet: DOUBLE },
    venue,
  ],
  orders: [
    id,
    createdAt,
    symbol,
    { name: 'side', sql: `text not null check (side in ('buy', 'sell'))`, parquet: STRING },
    price,
    quantity,
    venue,
  ],
} as const satisfies Record<string, readonly Column[]>;

export type Table = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as Table[];

export const isTable = (name: unknown): name is Table => TABLE_NAMES.includes(name as Table);

export const columnsOf = (table: Table): readonly Column[] => TABLES[table];
