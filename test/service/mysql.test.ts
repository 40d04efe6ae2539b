import { createRequire } from 'node:module';
import { processStore } from '@sightglass/core/authors';
import {
  dbClientConnectionCount,
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
  dbClientOperationDuration,
} from '@sightglass/core/metrics';
import { instrumentMysql, observePool } from '@sightglass/core/service';
import { readExposition } from '@sightglass/core/testing';
import { freePort, serverPath } from '@sightglass/test-tools';
import type mysql from 'mysql2';
import type promise from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, expect, describe as group, test } from 'vitest';
import { type Mariadb, startMariadb } from './mariadb.ts';
import { countsOf, valuesIn } from './measured.ts';

const require = createRequire(import.meta.url);
/** Not to be had for every machine. */
const withServer = group.skipIf(serverPath('mariadb') === undefined);

let server: Mariadb;
const closing: (() => unknown)[] = [];

beforeEach(() => processStore().histogram(dbClientOperationDuration).removeAll({}));
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** How many of each: `SELECT prices`, `SELECT - ER_NO_SUCH_TABLE`. */
async function operations(): Promise<Record<string, number>> {
  const counts = await countsOf('db_client_operation_duration_seconds');
  expect(await readExposition()).not.toMatch(/secret/);
  return Object.fromEntries(
    Object.entries(counts).map(([labels, count]) => {
      const label = (name: string) => new RegExp(`${name}=(\\S+)`).exec(labels)?.[1];
      expect(label('db_system_name')).toBe('mysql');
      return [
        [label('db_operation_name'), label('db_collection_name') ?? '-', label('error_type')]
          .filter((part) => part !== undefined)
          .join(' '),
        count,
      ];
    }),
  );
}

withServer.each(['mysql2', 'mysql2-2'])('%s', (name) => {
  beforeAll(async () => {
    server ??= await startMariadb();
    const admin = await (require(`${name}/promise`) as typeof promise).createConnection(options());
    await admin.query('CREATE DATABASE IF NOT EXISTS shop');
    await admin.query('CREATE TABLE IF NOT EXISTS shop.prices (model varchar(99) PRIMARY KEY, price int)');
    await admin.query('TRUNCATE shop.prices');
    await admin.end();
  });
  const options = () => ({ host: '127.0.0.1', port: server.port, user: 'root', connectionLimit: 2 });
  const inShop = () => ({ ...options(), database: 'shop' });

  test('a pool by promise: queries count by command and table, also prepared, in transactions, and when they fail', async () => {
    const pool = (require(`${name}/promise`) as typeof promise).createPool(inShop());
    closing.push(() => pool.end());
    const stop = instrumentMysql(pool);
    instrumentMysql(pool);
    await pool.query('INSERT INTO `prices` VALUES (?, ?)', ['secret-model', 1]);
    const [rows] = await pool.execute('SELECT price FROM prices WHERE model = ?', ['secret-model']);
    expect(rows).toEqual([{ price: 1 }]);
    await pool.query("SELECT 'it\\'s from secret' FROM prices # from secret");
    await pool.query({ sql: 'SELECT price FROM shop.`prices`', rowsAsArray: true });
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    await connection.query('UPDATE prices SET price = 2');
    await connection.commit();
    connection.release();
    await expect(pool.query('SELECT * FROM missing')).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
    await expect(pool.execute('INSERT INTO prices VALUES (?, 1)', ['secret-model'])).rejects.toMatchObject({
      code: 'ER_DUP_ENTRY',
    });
    expect(await operations()).toEqual({
      'INSERT prices': 1,
      'SELECT prices': 2,
      'SELECT shop.prices': 1,
      'START -': 1,
      'UPDATE prices': 1,
      'COMMIT -': 1,
      'SELECT missing ER_NO_SUCH_TABLE': 1,
      'INSERT prices ER_DUP_ENTRY': 1,
    });
    stop();
    await pool.query('SELECT 1');
    expect(await operations()).not.toHaveProperty('SELECT -');
  });

  test('a pool by callback and by events, and a connection of its own', async () => {
    const { createConnection, createPool } = require(name) as typeof mysql;
    const pool = createPool(inShop());
    closing.push(() => new Promise((resolve) => pool.end(resolve)));
    instrumentMysql(pool);
    await new Promise<void>((resolve, reject) =>
      pool.query('SELECT 1 AS one', (error, rows) =>
        (rows as { one: number }[])?.[0]?.one === 1 ? resolve() : reject(error),
      ),
    );
    await new Promise((resolve, reject) =>
      pool.query('SELECT price FROM prices').on('error', reject).on('end', resolve),
    );
    const failure = await new Promise((resolve) => pool.query('SELEC 1').on('error', resolve));
    expect(failure).toMatchObject({ code: 'ER_PARSE_ERROR' });
    const connection = createConnection(inShop());
    closing.push(() => connection.destroy());
    instrumentMysql(connection);
    await new Promise((resolve) => connection.execute('SELECT price FROM prices', resolve));
    expect(await operations()).toEqual({
      'SELECT -': 1,
      'SELECT prices': 2,
      '_OTHER - ER_PARSE_ERROR': 1,
    });
  });

  test('a connection that is lost fails what was under way, and the pool goes on', async () => {
    const pool = (require(`${name}/promise`) as typeof promise).createPool(inShop());
    closing.push(() => pool.end());
    instrumentMysql(pool);
    const connection = await pool.getConnection();
    const sleeping = connection.query('SELECT SLEEP(30)').catch((error: unknown) => error);
    await pool.query(`KILL ${connection.threadId}`);
    expect(await sleeping).toBeInstanceOf(Error);
    connection.destroy();
    await pool.query('SELECT price FROM prices');
    const counts = await operations();
    expect(counts['SELECT prices']).toBe(1);
    expect(Object.keys(counts).filter((key) => /^SELECT - \w+$/.test(key))).toHaveLength(1);
  });

  test('the connections of an observed pool are used, idle, waited for and limited as the pool says', async () => {
    const pool = (require(`${name}/promise`) as typeof promise).createPool(inShop());
    closing.push(() => pool.end(), observePool(pool, { name: 'shop' }));
    const value = async (metric: { readonly name: string }, rest = '') =>
      valuesIn(await readExposition(), metric.name)[`db_client_connection_pool_name=shop${rest}`];
    const connections = [await pool.getConnection(), await pool.getConnection()];
    const waiting = pool.getConnection();
    expect(await value(dbClientConnectionCount, ' db_client_connection_state=used')).toBe(2);
    expect(await value(dbClientConnectionMax)).toBe(2);
    expect(await value(dbClientConnectionPendingRequests)).toBe(1);
    for (const connection of connections) connection.release();
    (await waiting).release();
    expect(await value(dbClientConnectionCount, ' db_client_connection_state=idle')).toBe(2);
  });
});

afterAll(() => server?.stop());

test.each(['mysql2', 'mysql2-2'])('%s: a server that is away counts as failures to connect', async (name) => {
  const pool = (require(`${name}/promise`) as typeof promise).createPool({
    host: '127.0.0.1',
    port: await freePort(),
  });
  closing.push(() => pool.end());
  instrumentMysql(pool);
  await expect(pool.query('SELECT 1')).rejects.toThrow();
  await expect(pool.getConnection()).rejects.toThrow();
  expect(await operations()).toEqual({ 'connect - ECONNREFUSED': 2 });
});

test('what is neither pool nor connection is refused at once', () => {
  expect(() => instrumentMysql({} as never)).toThrow(/pool or a connection of mysql2/);
  expect(() => instrumentMysql(undefined as never)).toThrow(/pool or a connection of mysql2/);
  expect(() => observePool({ getConnection() {} }, { name: 'x' })).toThrow(/be a pool of mysql2/);
});
