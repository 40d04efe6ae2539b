import { expect, describe as group, test } from 'vitest';
import { statementOf } from './statement.ts';

const said = (sql: string) => {
  const { operation, collection } = statementOf(sql);
  return `${operation} ${collection}`.trim();
};

test.each([
  ['select 1', 'SELECT'],
  ['SELECT * FROM users WHERE id = $1', 'SELECT users'],
  ['  -- which\n/* of\nall */ select a, b from Users u', 'SELECT users'],
  ['SELECT * FROM "Users"', 'SELECT Users'],
  ['SELECT * FROM public . "Odd ""name"""', 'SELECT public.Odd "name"'],
  ['SELECT * FROM only users', 'SELECT users'],
  ['(SELECT * FROM a) UNION (SELECT * FROM a)', 'SELECT a'],
  ['SELECT * FROM größen', 'SELECT größen'],
  ['INSERT INTO prices (model, price) VALUES ($1, $2) ON CONFLICT DO NOTHING', 'INSERT prices'],
  ['insert into a select * from b', 'INSERT a'],
  ['UPDATE prices SET price = $1 FROM models WHERE true', 'UPDATE prices'],
  ['DELETE FROM ONLY prices USING models', 'DELETE prices'],
  ['MERGE INTO prices p USING models m ON true', 'MERGE prices'],
  ['TRUNCATE TABLE prices', 'TRUNCATE prices'],
  ['truncate a, b', 'TRUNCATE'],
  ['COPY prices FROM STDIN', 'COPY prices'],
  ['COPY (SELECT * FROM prices) TO STDOUT', 'COPY'],
  ['BEGIN', 'BEGIN'],
  ['begin; update prices set a = 1', 'BEGIN'],
  ['EXPLAIN SELECT * FROM prices', 'EXPLAIN'],
  ['CREATE TABLE x (id int)', 'CREATE'],
  ['', '_OTHER'],
  ['42', '_OTHER'],
  ['frobnicate prices', '_OTHER'],
])('%s is %s', (sql, expected) => expect(said(sql)).toBe(expected));

group('a query over several tables, or none that is certain, has no table', () => {
  test.each([
    'SELECT * FROM a JOIN b ON a.id = b.id',
    'SELECT * FROM a, b',
    'SELECT * FROM (SELECT 1) x, b',
    'SELECT * FROM a WHERE id IN (SELECT id FROM b)',
    'SELECT * FROM a UNION ALL SELECT * FROM b',
    'SELECT * FROM generate_series(1, 10)',
    'SELECT * FROM (VALUES (1), (2)) v',
    'SELECT now()',
    'WITH gone AS (DELETE FROM events RETURNING id) SELECT count(*) FROM gone',
  ])('%s', (sql) => expect(said(sql)).toBe('SELECT'));
});

group('what only looks like a table is none', () => {
  test.each([
    ['SELECT extract(epoch FROM created) FROM events', 'SELECT events'],
    ['SELECT a IS DISTINCT FROM b FROM events', 'SELECT events'],
    ["SELECT 'FROM secrets' FROM events", 'SELECT events'],
    ["SELECT E'it\\'s FROM secrets' FROM events", 'SELECT events'],
    ["SELECT 'it''s FROM secrets' FROM events", 'SELECT events'],
    ['SELECT $x$ FROM secrets $x$ FROM events', 'SELECT events'],
    ['SELECT 1 FROM events /* FROM secrets */', 'SELECT events'],
    ['SELECT * FROM events ORDER BY a, b', 'SELECT events'],
    ['SELECT * FROM events e JOIN events f ON e.id = f.parent', 'SELECT events'],
    ['WITH recent AS (SELECT * FROM events) SELECT * FROM recent', 'SELECT events'],
    ['WITH x AS (SELECT 1) INSERT INTO totals SELECT * FROM x', 'INSERT totals'],
  ])('%s is %s', (sql, expected) => expect(said(sql)).toBe(expected));

  test('nor is anything of a string that is cut off with the text', () => {
    expect(said(`INSERT INTO notes VALUES ('${'x'.repeat(5_000)} FROM secrets')`)).toBe('INSERT notes');
    expect(said(`SELECT '${'x'.repeat(4_000)} FROM secrets JOIN ${'y'.repeat(200)}'`)).toBe('SELECT');
  });
});

group('A19: a name that a WITH gives is no table, where it is known', () => {
  test.each([
    ['WITH t(a, b) AS (SELECT 1, 2) SELECT * FROM t', 'SELECT'],
    ['WITH users AS (SELECT * FROM users) SELECT * FROM users', 'SELECT users'],
    ['WITH users(id) AS (SELECT id FROM users) SELECT * FROM users', 'SELECT users'],
    ['WITH "users" AS (SELECT * FROM Users) SELECT * FROM USERS', 'SELECT users'],
    ['WITH "Users" AS (SELECT 1) SELECT * FROM users', 'SELECT users'],
    ['WITH users AS (SELECT 1) SELECT * FROM public.users', 'SELECT public.users'],
    [
      'WITH a AS MATERIALIZED (SELECT * FROM x), b AS NOT MATERIALIZED (SELECT * FROM a) SELECT * FROM b',
      'SELECT x',
    ],
    ['WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a', 'SELECT b'],
    ['WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SELECT sum(n) FROM t', 'SELECT'],
    ['WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a', 'SELECT'],
    [
      'WITH RECURSIVE t AS (SELECT id FROM nodes UNION SELECT n.id FROM nodes n JOIN t USING (id)) SEARCH DEPTH FIRST BY id SET at SELECT * FROM t',
      'SELECT nodes',
    ],
    ['WITH a AS (WITH b AS (SELECT * FROM x) SELECT * FROM b) SELECT * FROM a', 'SELECT x'],
    ['WITH a AS (SELECT 1), b AS (WITH c AS (SELECT * FROM a) SELECT * FROM c) SELECT * FROM b', 'SELECT'],
    ['WITH a AS (SELECT * FROM x) SELECT * FROM (SELECT * FROM a) s', 'SELECT x'],
    ['SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) s CROSS JOIN x', 'SELECT x'],
    ['(WITH a AS (SELECT 1) SELECT * FROM a)', 'SELECT'],
    ['WITH a AS (SELECT 1) TABLE a', 'TABLE'],
    ['WITH a AS (SELECT * FROM x) VALUES (1)', 'VALUES x'],
    ['WITH a AS (SELECT * FROM a) UPDATE totals SET n = 1 FROM a', 'UPDATE totals'],
    ['WITH a AS (SELECT 1) DELETE FROM old USING a', 'DELETE old'],
    ['WITH a AS (SELECT 1) MERGE INTO t USING a ON true', 'MERGE t'],
    ['WITH a AS (INSERT INTO x SELECT * FROM y RETURNING *) SELECT * FROM a', 'SELECT'],
    ['WITH a AS (SELECT 1) (SELECT * FROM a)', 'SELECT'],
    ['WITH a AS (SELECT 1) ((SELECT * FROM x))', 'SELECT x'],
    ['WITH update AS (SELECT 1), delete AS (SELECT * FROM x) SELECT * FROM update', 'SELECT x'],
    ['WITH RECURSIVE merge AS (SELECT 1) INSERT INTO t SELECT * FROM merge', 'INSERT t'],
    ['WITH a AS (', '_OTHER'],
    ['WITH', '_OTHER'],
  ])('%s is %s', (sql, expected) => expect(said(sql)).toBe(expected));
});

group('A19: tables in every place where they may stand', () => {
  test.each([
    ['SELECT DISTINCT * FROM users', 'SELECT users'],
    ["SELECT DISTINCT 'x' FROM users", 'SELECT users'],
    ['SELECT * FROM (a JOIN b ON true)', 'SELECT'],
    ['SELECT * FROM ((a JOIN a AS c ON true)) JOIN a d ON true', 'SELECT a'],
    ['SELECT * FROM ONLY (users)', 'SELECT users'],
    ['SELECT * FROM users AS u(a, b), LATERAL unnest(u.a) x', 'SELECT users'],
    ['SELECT * FROM users u, LATERAL (SELECT * FROM users) v', 'SELECT users'],
    ['SELECT * FROM ROWS FROM (f(1), g(2)) AS x', 'SELECT'],
    ['SELECT * FROM json_to_recordset($1) AS x(a int, b text) JOIN users USING (a)', 'SELECT users'],
    ['SELECT * FROM pg_catalog.generate_series(1, 2)', 'SELECT'],
    ['SELECT * FROM users TABLESAMPLE system(1) WHERE a IN (1, 2)', 'SELECT users'],
    ['SELECT (SELECT max(a) FROM b) FROM users', 'SELECT'],
    ['SELECT * FROM users WHERE EXISTS (TABLE users)', 'SELECT users'],
    ['SELECT trim(both FROM name), substring(name FROM 2 FOR 3) FROM users', 'SELECT users'],
    ['SELECT * INTO copy FROM users', 'SELECT users'],
    ['SELECT * FROM users FOR UPDATE OF users', 'SELECT users'],
    ['SELECT * FROM users WHERE a IS NOT DISTINCT FROM b', 'SELECT users'],
    [
      'SELECT count(*) FILTER (WHERE a) OVER (PARTITION BY b, c) FROM users WINDOW w AS (ORDER BY d)',
      'SELECT users',
    ],
    ['SELECT "from", "join" FROM "select"', 'SELECT select'],
    ['SELECT * FROM U&"d\\0061ta"', 'SELECT d\\0061ta'],
    ['SELECT * FROM a.b.c', 'SELECT a.b.c'],
    ['SELECT * FROM "a.b"."c""d"', 'SELECT a.b.c"d'],
    ['TABLE users', 'TABLE users'],
    ['VALUES (1), (2)', 'VALUES'],
    ['UPDATE ONLY (users) SET a = 1', 'UPDATE users'],
    ['UPDATE public."Users" SET a = 1 FROM b', 'UPDATE public.Users'],
    ['INSERT INTO a (x) WITH b AS (SELECT 1) SELECT * FROM b', 'INSERT a'],
    ['COPY public.a (b, c) FROM STDIN', 'COPY public.a'],
    ['TRUNCATE ONLY a; SELECT 1, 2', 'TRUNCATE a'],
    ['; ;SELECT * FROM users; SELECT * FROM b', 'SELECT users'],
    ['/* a /* nested */ FROM secrets */ SELECT 1', 'SELECT'],
    [`/*${'x'.repeat(6_000)}*/ SELECT * FROM users`, 'SELECT users'],
    ['SELECT $1 FROM users WHERE a = $2', 'SELECT users'],
    ['SELECT $$ FROM secrets $$, $a$ $$ FROM secrets $a$ FROM users', 'SELECT users'],
    ["SELECT U&'FROM secrets', B'1', x'f' FROM users", 'SELECT users'],
    ["SELECT * FROM users WHERE a = '\\' AND b = (SELECT 1)", 'SELECT users'],
    ['EXECUTE users', 'EXECUTE'],
    ['DECLARE c CURSOR FOR SELECT * FROM users', 'DECLARE'],
  ])('%s is %s', (sql, expected) => expect(said(sql)).toBe(expected));
});

test('a hostile text takes no longer than its length', () => {
  for (const piece of [
    '/*',
    "'",
    '"',
    '$a$',
    '--',
    '(',
    'FROM ',
    "E'\\",
    'a.',
    'FROM a,',
    '/**/',
    '/*/',
    '(SELECT * FROM a',
    'WITH a AS (',
    '$',
    '\ud800',
    '"a".',
    '""',
    'JOIN b',
  ]) {
    const started = process.cpuUsage().user;
    statementOf(piece.repeat(50_000));
    expect(process.cpuUsage().user - started, piece).toBeLessThan(200_000);
  }
});
