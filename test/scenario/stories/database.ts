import { type AlertStories, alertStories } from '../story.ts';
import { type Stage, TARGET } from '../world/stage.ts';
import { hours, minutes } from '../world/time.ts';

const { job } = TARGET;
const POSTGRES = { job, db_system_name: 'postgresql' };

interface Queries {
  readonly count?: number;
  readonly takes?: number;
  readonly error?: Error;
}

/** A process with a database; its queries are recorded as any driver's are. */
async function database(s: Stage) {
  const { recordDatabaseOperation } = (await s.start()).service;
  const ask = ({ count = 1, takes = 0.01, error }: Queries = {}) => {
    for (let i = 0; i < count; i++)
      recordDatabaseOperation({
        system: 'postgresql',
        operation: 'SELECT',
        collection: 'prices',
        durationSeconds: takes,
        error,
      });
  };
  return {
    ask,
    async askEvery(seconds: number, until: number, ...queries: readonly Queries[]) {
      s.note(`queries every ${seconds} s: ${JSON.stringify(queries)}`);
      for (let due = s.now + seconds; due <= until; due += seconds) {
        await s.until(due);
        for (const each of queries) ask(each);
      }
      await s.until(until);
    },
  };
}

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

const databaseDown = alertStories(
  'DatabaseDown',
  {
    severity: 'critical',
    summary: 'Nothing that a service asks of its database succeeds.',
    runbook: 'database.md#databasedown',
  },
  {
    'fires when nothing that is asked of it succeeds, until something does': async (s) => {
      const { askEvery, ask } = await database(s);
      await askEvery(10, s.now + minutes(5), {});
      await askEvery(10, s.now + minutes(2), { error: refused });
      s.fires(POSTGRES);
      await s.wait(minutes(1));
      ask();
      await s.seen();
      s.resolves(POSTGRES);
      await s.wait(minutes(2));
    },
    'is quiet while it answers that it will not do what it is asked, also when nothing else is asked (a row that is there already, a group of a stream)':
      async (s) => {
        const { ask } = await database(s);
        ask();
        await s.wait(minutes(5));
        for (const code of [
          '23505',
          '40P01',
          '42P01',
          'ER_DUP_ENTRY',
          'SQLITE_CONSTRAINT_UNIQUE',
          'BUSYGROUP',
        ]) {
          ask({ error: Object.assign(new Error('no'), { code }) });
          await s.wait(minutes(1));
        }
        ask({ count: 2, error: refused });
        await s.wait(minutes(5));
      },
    'fires when it refuses the service: too many connections, or a password (53300, 28P01)': async (s) => {
      const { ask } = await database(s);
      ask();
      await s.wait(minutes(5));
      for (const code of ['53300', '28P01', '57P03'])
        ask({ error: Object.assign(new Error('no'), { code }) });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(POSTGRES);
      await s.wait(minutes(5));
    },
    'is quiet while some of it fails, and for two failures': async (s) => {
      const { askEvery, ask } = await database(s);
      await askEvery(10, s.now + minutes(5), { count: 3, error: refused }, {});
      await askEvery(minutes(10), s.now + minutes(30), { error: refused });
      ask();
      await s.wait(hours(1));
    },
  },
);

/** A process with a pool that says these things of itself. */
async function pool(s: Stage) {
  const { observeConnections } = (await s.start()).service;
  let now = { used: 1, idle: 1, max: 10, pending: 0 };
  observeConnections({ name: 'main' }, () => now);
  return (next: { readonly used?: number; readonly pending?: number }) => {
    now = { ...now, pending: 0, ...next };
    s.note(`the pool is ${JSON.stringify(now)}`);
  };
}
const MAIN = { job, db_client_connection_pool_name: 'main' };

const databasePoolExhausted = alertStories(
  'DatabasePoolExhausted',
  {
    severity: 'critical',
    summary: 'Work waits for a connection to the database, for minutes.',
    runbook: 'database.md#databasepoolexhausted',
  },
  {
    'fires when somebody waits for two minutes in one of two processes, until nobody does': [0, 1].map(
      (replica) => async (s: Stage) => {
        const say = await pool(s);
        await s.wait(minutes(5));
        if (replica === 0) say({ used: 10, pending: 1 });
        await s.seen();
        await s.wait(minutes(2));
        if (replica === 0) s.fires(MAIN);
        await s.wait(minutes(1));
        say({ used: 10 });
        await s.seen();
        if (replica === 0) s.resolves(MAIN);
        await s.wait(minutes(1));
      },
    ),
    'is quiet when all are in use and nobody waits, or for a moment': async (s) => {
      const say = await pool(s);
      say({ used: 10 });
      await s.wait(minutes(5));
      say({ used: 10, pending: 7 });
      await s.wait(minutes(1));
      say({ used: 10 });
      await s.wait(minutes(5));
    },
  },
);

const databasePoolHigh = alertStories(
  'DatabasePoolHigh',
  {
    severity: 'warning',
    summary: 'A pool has most of its connections in use.',
    runbook: 'database.md#databasepoolhigh',
  },
  {
    'fires when more than four fifths are in use for five minutes, until they are not': async (s) => {
      const say = await pool(s);
      await s.wait(minutes(5));
      say({ used: 9 });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(MAIN);
      await s.wait(minutes(1));
      say({ used: 2 });
      await s.seen();
      s.resolves(MAIN);
      await s.wait(minutes(1));
    },
    'is quiet while four fifths are': async (s) => {
      const say = await pool(s);
      say({ used: 8 });
      await s.wait(minutes(15));
    },
  },
);

const databaseQueriesSlow = alertStories(
  'DatabaseQueriesSlow',
  {
    severity: 'warning',
    summary: 'What a service asks of its database takes long.',
    runbook: 'database.md#databasequeriesslow',
  },
  {
    'fires when more than a twentieth takes longer than a second, until it does not': async (s) => {
      const { askEvery } = await database(s);
      await askEvery(15, s.now + minutes(6.5), { count: 4 }, { takes: 3 });
      s.fires(POSTGRES);
      await askEvery(15, s.now + minutes(9.5), { count: 4 });
      s.resolves(POSTGRES);
      await s.wait(minutes(1));
    },
    'is quiet while all takes less, and when hardly anything is asked for': async (s) => {
      const { askEvery } = await database(s);
      await askEvery(15, s.now + minutes(10), { count: 4, takes: 0.9 });
      await s.wait(minutes(10));
      await askEvery(20, s.now + minutes(15), { takes: 3 });
    },
  },
);

/** The stories of the alerts on databases. */
export const databaseStories: readonly AlertStories[] = [
  databaseDown,
  databasePoolExhausted,
  databasePoolHigh,
  databaseQueriesSlow,
];
