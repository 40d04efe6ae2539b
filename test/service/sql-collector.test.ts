import { createRequire } from 'node:module';
import { counter, gauge } from '@sightglass/core';
import { readExposition, readMetric } from '@sightglass/core/testing';
import { dataHealth, sqlCollector, stopSqlCollectors } from '@sightglass/pipeline';
import {
  sqlCollectorErrors,
  sqlCollectorPolling,
  sqlCollectorSuccess,
  sqlCollectorValues,
} from '@sightglass/pipeline/metrics';
import { type Postgres, serverPath, startPostgres, waitUntil } from '@sightglass/test-tools';
import type mysql from 'mysql2';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, describe as group, test, vi } from 'vitest';
import { type Mariadb, startMariadb } from './mariadb.ts';

const require = createRequire(import.meta.url);
const newest = gauge('newest_measurement_timestamp_seconds', { help: 'Newest.', labels: ['layer'] });
const read = gauge('read_value_ratio', { help: 'A value.', labels: ['layer'] });
const added = counter('added_rows_total', { help: 'Rows.', labels: ['layer'] });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await stopSqlCollectors();
  for (const close of closing.splice(0).reverse()) await close();
  for (const metric of [newest, read, added]) metric.removeAll({});
});

let count = 0;
const named = () => `collector-${count++}`;
const errorsOf = (collector: string, query: string) =>
  Object.fromEntries(
    [...sqlCollectorErrors.series.cells]
      .filter(({ values, value }) => values[0] === collector && values[1] === query && value > 0)
      .map(({ values, value }) => [values[2], value]),
  );
const succeeds = (collector: string, query: string) => sqlCollectorSuccess.peek({ collector, query });
const ONE = { sql: "select 'gold' as layer, 1 as value", sets: read };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

group('Postgres', () => {
  let server: Postgres;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    admin.on('error', () => {});
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await server?.stop();
  });
  beforeEach(() =>
    admin.query('drop table if exists m; create table m (id serial, layer text, at timestamptz, x numeric)'),
  );

  const poolOf = (options: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ connectionString: server.url, max: 3, ...options });
    pool.on('error', () => {});
    closing.push(() => pool.end());
    return pool;
  };

  test('TR-31: each poll has its own transaction, which only reads: time goes on, nothing is left open, nothing is written', async () => {
    const pool = poolOf();
    const name = named();
    const collector = sqlCollector({
      name,
      pool,
      queries: {
        now: { sql: "select 'now' as layer, extract(epoch from now()) as value", sets: newest },
        writes: { sql: "insert into m (layer) values ('x') returning layer, 1 as value", sets: read },
      },
    });
    await collector.poll();
    const first = newest.peek({ layer: 'now' })!;
    await wait(20);
    await collector.poll();
    expect(newest.peek({ layer: 'now' })!).toBeGreaterThan(first + 0.01);
    expect(errorsOf(name, 'writes')).toEqual({ query: 2 });
    const { rows } = await admin.query(
      "select count(*)::int as open from pg_stat_activity where state like 'idle in transaction%'",
    );
    expect(rows).toEqual([{ open: 0 }]);
    // What was set for the poll is not left to who has the connection next.
    const { rows: settings } = await pool.query('show statement_timeout');
    expect(settings).toEqual([{ statement_timeout: '0' }]);
  });

  test('a query can not end the transaction and write behind it', async () => {
    const pool = poolOf();
    const name = named();
    const collector = sqlCollector({
      name,
      pool,
      queries: {
        writes: { sql: "/* a */ commit; insert into m (layer) values ('behind')", sets: read },
        ends: { sql: '/* a */ commit', sets: read },
        still: { sql: "insert into m (layer) values ('behind') returning layer, 1 as value", sets: read },
      },
    });
    await collector.poll();
    expect(['writes', 'ends', 'still'].map((query) => Object.keys(errorsOf(name, query)).length)).toEqual([
      1, 1, 1,
    ]);
    const { rows } = await admin.query("select count(*)::int as count from m where layer = 'behind'");
    expect(rows).toEqual([{ count: 0 }]);
    // And the connection is as it was.
    await expect(pool.query('create temporary table writable (a int)')).resolves.toBeDefined();
  });

  test('TR-32, TR-33: a query that fails costs itself alone, in the same poll and in the next', async () => {
    const name = named();
    const collector = sqlCollector({
      name,
      pool: poolOf(),
      queries: {
        before: ONE,
        broken: { sql: 'select * from nowhere', sets: read },
        zero: { sql: "select 'z' as layer, 1/0 as value", sets: read },
        after: { sql: "select 'raw' as layer, 2 as value", sets: read },
      },
    });
    await collector.poll();
    await collector.poll();
    expect(['before', 'broken', 'zero', 'after'].map((query) => succeeds(name, query))).toEqual([1, 0, 0, 1]);
    expect(errorsOf(name, 'broken')).toEqual({ query: 2 });
    expect(errorsOf(name, 'after')).toEqual({});
  });

  test('TR-37, TR-38: of an empty table the maximum is NULL, and no group has a row: neither is 0', async () => {
    const name = named();
    const collector = sqlCollector({
      name,
      pool: poolOf(),
      queries: {
        newest: { sql: "select 'gold' as layer, max(at) as value from m", sets: newest },
        score: { sql: 'select layer, avg(x) as value from m group by layer', sets: read },
        rows: { sql: "select 'all' as layer, count(*) as value from m", sets: read },
      },
    });
    const values = (query: string) => sqlCollectorValues.peek({ collector: name, query });
    await collector.poll();
    expect(newest.peek({ layer: 'gold' })).toBeUndefined();
    expect([values('newest'), values('score'), values('rows')]).toEqual([0, 0, 1]);
    expect(read.peek({ layer: 'all' })).toBe(0);
    await admin.query(
      "insert into m (layer, at, x) values ('gold', '2026-01-01T00:00:00Z', 97.5), ('raw', now(), 0)",
    );
    await collector.poll();
    expect(newest.peek({ layer: 'gold' })).toBeGreaterThan(1_767_225_600);
    expect([read.peek({ layer: 'gold' }), read.peek({ layer: 'raw' })]).toEqual([97.5, 0]);
    await admin.query("delete from m where layer = 'gold'");
    await collector.poll();
    expect([read.peek({ layer: 'gold' }), read.peek({ layer: 'raw' })]).toEqual([undefined, 0]);
  });

  test('TR-30: rows are counted once, by a key that only grows', async () => {
    await admin.query("insert into m (layer) values ('gold'), ('gold')");
    const collector = sqlCollector({
      name: named(),
      pool: poolOf(),
      queries: {
        rows: {
          sql: 'select layer, count(*) as value, max(id) as id from m where id > $1 group by layer',
          adds: added,
          since: { column: 'id', start: 'select max(id) as id from m' },
        },
      },
    });
    await collector.poll();
    await collector.poll();
    await admin.query("insert into m (layer) values ('gold'), ('gold'), ('raw')");
    await collector.poll();
    await collector.poll();
    expect([readMetric(added, { layer: 'gold' }), readMetric(added, { layer: 'raw' })]).toEqual([2, 1]);
  });

  test('a slow query is ended by the server, a locked one too, and what is denied says so', async () => {
    const name = named();
    await admin.query("drop role if exists reader; create role reader login password 'reads'");
    const url = new URL(server.url);
    url.username = 'reader';
    url.password = 'reads';
    const locker = new pg.Client({ connectionString: server.url });
    await locker.connect();
    closing.push(() => locker.end());
    await locker.query('create table if not exists held (x int); grant select on held to reader');
    await locker.query('begin; lock table held');
    const collector = sqlCollector({
      name,
      pool: poolOf({ connectionString: url.href }),
      timeoutSeconds: 0.3,
      lockTimeoutSeconds: 0.1,
      queries: {
        slow: { sql: "select 'a' as layer, 1 as value from pg_sleep(60)", sets: read },
        locked: { sql: "select 'b' as layer, count(*) as value from held", sets: read },
        denied: { sql: "select 'c' as layer, count(*) as value from m", sets: read },
        one: ONE,
      },
    });
    await collector.poll();
    expect(errorsOf(name, 'slow')).toEqual({ timeout: 1 });
    expect(errorsOf(name, 'locked')).toEqual({ locked: 1 });
    expect(errorsOf(name, 'denied')).toEqual({ denied: 1 });
    expect(succeeds(name, 'one')).toBe(1);
    await locker.query('rollback');
    await collector.poll();
    expect(succeeds(name, 'locked')).toBe(1);
    const { rows } = await admin.query(
      "select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()",
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('a connection that is lost in a query costs that query, and the next one has another', async () => {
    const name = named();
    const pool = poolOf();
    const collector = sqlCollector({
      name,
      pool,
      queries: {
        before: ONE,
        killed: {
          sql: "select 'k' as layer, 1 as value from pg_terminate_backend(pg_backend_pid()), pg_sleep(5)",
          sets: read,
        },
        after: ONE,
      },
    });
    await collector.poll();
    expect(errorsOf(name, 'killed')).toEqual({ connection: 1 });
    expect([succeeds(name, 'before'), succeeds(name, 'after')]).toEqual([1, 1]);
    expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]);
  });

  test('TR-62: a wrong password is told as denied, and a pool without a free connection as a connection, within its time', async () => {
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    const name = named();
    await sqlCollector({
      name,
      pool: poolOf({ connectionString: wrong.href }),
      queries: { one: ONE },
    }).poll();
    expect(errorsOf(name, 'one')).toEqual({ denied: 1 });
    const full = poolOf({ max: 1 });
    const client = await full.connect();
    const other = named();
    const collector = sqlCollector({
      name: other,
      pool: full,
      connectTimeoutSeconds: 0.05,
      queries: { one: ONE },
    });
    await collector.poll();
    expect(errorsOf(other, 'one')).toEqual({ connection: 1 });
    client.release();
    // Where the machine is busy, fifty milliseconds may be too little for a connection that is free, too.
    const hasCome = async () => {
      await collector.poll();
      return succeeds(other, 'one') === 1;
    };
    await waitUntil(hasCome, { what: 'a connection' });
    // What came too late was given back.
    expect(full.idleCount).toBe(full.totalCount);
  });

  test('TR-61: a fresh row of a column with a zone is fresh, whatever the zone of the session', async () => {
    await admin.query("insert into m (layer, at) values ('gold', now())");
    for (const zone of ['America/New_York', 'Asia/Tokyo']) {
      const pool = poolOf({ options: `-c timezone=${zone}` });
      const health = dataHealth({ pool, newest: 'select max(at) from m', maxAgeSeconds: 600 });
      expect((await health.report()).checks).toEqual({ database: true, data_freshness: true });
      health.end();
      await sqlCollector({
        name: named(),
        pool,
        queries: { at: { sql: "select 'gold' as layer, max(at) as value from m", sets: newest } },
      }).poll();
      expect(Math.abs(newest.peek({ layer: 'gold' })! - Date.now() / 1000)).toBeLessThan(600);
    }
  });

  test('one of two replicas polls; when it ends, or its connection does, the other one takes over', async () => {
    const name = named();
    const queries = { one: ONE };
    const [here, there] = [poolOf({ application_name: 'here' }), poolOf({ application_name: 'there' })];
    const collector = sqlCollector({ name, pool: here, replicas: 'one', queries });
    await collector.poll();
    expect(sqlCollectorPolling.peek({ collector: name })).toBe(1);
    // The other replica, as a session of its own asks for the same lock.
    const other = await there.connect();
    const has = async () => {
      const { rows } = await other.query('select pg_try_advisory_lock($1, hashtext($2)) as has', [
        0x73676c73,
        name,
      ]);
      return rows[0].has;
    };
    expect(await has()).toBe(false);
    await collector.poll();
    expect(read.peek({ layer: 'gold' })).toBe(1);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'here'",
    );
    await vi.waitFor(async () => expect(await has()).toBe(true));
    await collector.poll();
    await collector.poll();
    expect(sqlCollectorPolling.peek({ collector: name })).toBe(0);
    expect(read.peek({ layer: 'gold' })).toBeUndefined();
    expect(succeeds(name, 'one')).toBeUndefined();
    other.release(true);
    await vi.waitFor(async () => {
      await collector.poll();
      expect(sqlCollectorPolling.peek({ collector: name })).toBe(1);
    });
    // The lock goes with the connection that it was taken in.
    await collector.stop();
    const last = await there.connect();
    await vi.waitFor(async () => {
      const { rows } = await last.query('select pg_try_advisory_lock($1, hashtext($2)) as has', [
        0x73676c73,
        name,
      ]);
      expect(rows[0].has).toBe(true);
    });
    last.release(true);
  });

  test('a scrape waits for no poll', async () => {
    const name = named();
    const collector = sqlCollector({
      name,
      pool: poolOf(),
      timeoutSeconds: 5,
      queries: { one: ONE, slow: { sql: "select 'a' as layer, 1 as value from pg_sleep(0.5)", sets: read } },
    });
    const polled = collector.poll();
    await vi.waitFor(() => expect(succeeds(name, 'one')).toBe(1));
    expect(await readExposition()).toContain('read_value_ratio{layer="gold"} 1');
    expect(succeeds(name, 'slow')).toBeUndefined();
    await polled;
    expect(succeeds(name, 'slow')).toBe(1);
  });

  test('a database that is not there yet, or is restarted, is read when it is there', async () => {
    const own = await startPostgres();
    closing.push(() => own.stop());
    const pool = new pg.Pool({ connectionString: own.url });
    pool.on('error', () => {});
    closing.push(() => pool.end());
    const name = named();
    const collector = sqlCollector({ name, pool, connectTimeoutSeconds: 1, queries: { one: ONE } });
    await collector.poll();
    expect(succeeds(name, 'one')).toBe(1);
    await own.stop();
    await collector.poll();
    await collector.poll();
    expect(succeeds(name, 'one')).toBe(0);
    expect(errorsOf(name, 'one')).toEqual({ connection: 2 });
  });
});

group.skipIf(serverPath('mariadb') === undefined)('MariaDB', () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await startMariadb();
  });
  afterAll(() => server?.stop());

  group.each(['mysql2', 'mysql2/promise', 'mysql2-2'])('%s', (library) => {
    const poolOf = () => {
      const { createPool } = require(library) as typeof mysql;
      const options = { host: '127.0.0.1', port: server.port, user: 'root', connectionLimit: 2 };
      const pool = createPool({ ...options, multipleStatements: true });
      closing.push(() => (library.endsWith('promise') ? pool.end() : pool.promise().end()));
      return pool as never as {
        getConnection(): Promise<{ query(sql: string): Promise<[{ v: number }[]]>; release(): void }>;
      };
    };

    test('reads only, ends what is slow, isolates what is broken, and leaves the connection as it was', async () => {
      const name = named();
      const pool = poolOf();
      const collector = sqlCollector({
        name,
        pool,
        timeoutSeconds: 0.3,
        queries: {
          broken: { sql: 'select * from nowhere.nothing', sets: read },
          slow: { sql: "select 'a' as layer, sleep(20) as value", sets: read },
          writes: { sql: 'create temporary table test.x (a int)', sets: read },
          behind: { sql: '/* a */ commit; create table test.behind (a int)', sets: read },
          one: ONE,
          empty: { sql: "select 'e' as layer, null as value", sets: read },
          sum: { sql: "select 's' as layer, sum(1.5) as value", sets: read },
        },
      });
      await collector.poll();
      expect(errorsOf(name, 'broken')).toEqual({ query: 1 });
      expect(errorsOf(name, 'slow')).toEqual({ timeout: 1 });
      expect(Object.keys(errorsOf(name, 'writes'))).toHaveLength(1);
      expect(Object.keys(errorsOf(name, 'behind'))).toHaveLength(1);
      expect([read.peek({ layer: 'gold' }), read.peek({ layer: 's' }), read.peek({ layer: 'e' })]).toEqual([
        1,
        1.5,
        undefined,
      ]);
      if (library === 'mysql2-2' || library === 'mysql2') return;
      const connection = await pool.getConnection();
      const [rows] = await connection.query(
        'select @@session.max_statement_time + @@session.tx_read_only as v',
      );
      connection.release();
      expect(Number(rows[0]?.v)).toBe(0);
    });

    test('one of two replicas polls', async () => {
      const name = named();
      const queries = { one: ONE };
      const collector = sqlCollector({ name, pool: poolOf(), replicas: 'one', queries });
      await collector.poll();
      await collector.poll();
      expect(sqlCollectorPolling.peek({ collector: name })).toBe(1);
      await collector.stop();
      const { createConnection } = require('mysql2/promise') as typeof import('mysql2/promise');
      const other = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
      closing.push(() => other.end());
      await vi.waitFor(async () => {
        const [rows] = await other.query(`select get_lock('sightglass ${name}', 0) as has`);
        expect((rows as { has: number }[])[0]?.has).toBe(1);
      });
      collector.enable();
      await collector.poll();
      expect(sqlCollectorPolling.peek({ collector: name })).toBe(0);
      expect(read.peek({ layer: 'gold' })).toBeUndefined();
    });
  });
});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
group.skipIf(major < 22 || (major === 22 && minor < 13))('SQLite', () => {
  const open = () => {
    const { DatabaseSync } = require('node:sqlite') as typeof import('node:sqlite');
    return new DatabaseSync(':memory:');
  };

  test('reads beside a transaction of the host, writes nothing, and leaves the database as it was', async () => {
    const database = open();
    closing.push(() => database.close());
    database.exec(
      "create table m (id integer primary key, layer text, x real); insert into m (layer, x) values ('gold', 2)",
    );
    const name = named();
    const collector = sqlCollector({
      name,
      pool: database,
      queries: {
        value: { sql: 'select layer, x as value from m where layer = ?', values: ['gold'], sets: read },
        writes: { sql: "insert into m (layer) values ('no') returning layer, 1 as value", sets: read },
        broken: { sql: 'select * from nowhere', sets: read },
        rows: {
          sql: 'select layer, count(*) as value, max(id) as id from m where id > ? group by layer',
          adds: added,
          since: { column: 'id', start: 'select max(id) as id from m' },
        },
      },
    });
    database.exec('begin');
    await collector.poll();
    database.exec("insert into m (layer, x) values ('gold', 2)");
    database.exec('update m set x = 3; commit');
    expect([succeeds(name, 'value'), succeeds(name, 'writes'), succeeds(name, 'broken')]).toEqual([1, 0, 0]);
    expect(errorsOf(name, 'writes')).toEqual({ query: 1 });
    expect(read.peek({ layer: 'gold' })).toBe(2);
    await collector.poll();
    expect(errorsOf(name, 'value')).toEqual({ rows: 1 });
    expect(readMetric(added, { layer: 'gold' })).toBe(1);
    expect(database.prepare('select count(*) as n from m').get()).toEqual({ n: 2 });
  });
});
