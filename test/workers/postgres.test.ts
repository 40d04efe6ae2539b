import { type Postgres, startPostgres } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe } from 'vitest';
import { testGraphileWorker } from './graphile-worker.ts';
import { testPgBoss } from './pg-boss.ts';

/* The queues that live in a database, on one server: it takes longer to come up than all that is tested. */
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

describe('pg-boss', () => testPgBoss(() => postgres));
describe('graphile-worker', () => testGraphileWorker(() => postgres));
