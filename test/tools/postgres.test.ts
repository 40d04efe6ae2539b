import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { useOwnTemporaryFolder } from './temporary.ts';

useOwnTemporaryFolder();

test('Postgres answers queries, wants its password, is away with its data kept, and is gone after stop', async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('create table trades (id bigint primary key, symbol text)');
  await client.query("insert into trades values (1, 'ÄÖ')");
  expect((await client.query('select id, symbol from trades')).rows).toEqual([{ id: '1', symbol: 'ÄÖ' }]);
  await client.end();

  const wrong = new URL(postgres.url);
  wrong.password = 'guess';
  await expect(new Client({ connectionString: wrong.href }).connect()).rejects.toThrow(/authentication/);

  const expectNobody = () =>
    expect(new Client({ connectionString: postgres.url }).connect()).rejects.toThrow(/ECONNREFUSED/);
  await postgres.away(expectNobody);
  const again = new Client({ connectionString: postgres.url });
  await again.connect();
  expect((await again.query('select symbol from trades')).rows).toEqual([{ symbol: 'ÄÖ' }]);
  await again.end();

  await postgres.stop();
  await expectNobody();
});
