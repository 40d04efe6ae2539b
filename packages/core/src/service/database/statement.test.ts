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

test('a hostile text takes no longer than its length', () => {
  for (const piece of ['/*', "'", '"', '$a$', '--', '(', 'FROM ', "E'\\", 'a.', 'FROM a,']) {
    const started = process.cpuUsage().user;
    statementOf(piece.repeat(50_000));
    expect(process.cpuUsage().user - started, piece).toBeLessThan(200_000);
  }
});
