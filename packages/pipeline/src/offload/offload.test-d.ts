import { expectTypeOf, test } from 'vitest';
import { declareOffload, type Offload, recordCycleComplete, recordOffloadSuccess } from './index.ts';

const offload = declareOffload({ layer: 'typetest', tables: ['trades', 'quotes'], intervalSeconds: 900 });

test('the tables of a declaration are its type', () => {
  expectTypeOf(offload).toEqualTypeOf<Offload<'trades' | 'quotes'>>();
  void offload.cycle(async (cycle) => {
    await cycle.table('trades', () => ({ rows: 1 }));
    // @ts-expect-error misspelt table
    await cycle.table('trade', () => ({ rows: 1 }));
    // @ts-expect-error a run must say how many rows it moved
    await cycle.table('quotes', () => ({}));
  });
});

test('who answers for it has its type', () => {
  const some = { layer: 'typetest', tables: ['trades'], intervalSeconds: 900 } as const;
  declareOffload({ ...some, owner: 'data', pages: false });
  // @ts-expect-error no list of owners
  const owners = () => declareOffload({ ...some, owner: ['data'] });
  // @ts-expect-error it pages or it does not
  const pages = () => declareOffload({ ...some, pages: 0 });
  expectTypeOf([owners, pages]).toBeArray();
});

test('an objective for each table must name each table', () => {
  const some = { layer: 'typetest', tables: ['trades', 'quotes'], intervalSeconds: 900 } as const;
  // @ts-expect-error quotes has no objective
  const declare = () => declareOffload({ ...some, lagObjectiveSeconds: { trades: 60 } });
  expectTypeOf(declare).toBeFunction();
});

test('a helper takes every field it needs and no other', () => {
  recordOffloadSuccess({ table: 'trades', rows: 1, durationSeconds: 1 });
  // @ts-expect-error rows are missing
  recordOffloadSuccess({ table: 'trades', durationSeconds: 1 });
  // @ts-expect-error misspelt field
  recordOffloadSuccess({ table: 'trades', rows: 1, durationSecs: 1 });
  // @ts-expect-error no such status
  recordCycleComplete({ status: 'ok', durationSeconds: 1, successful: 1, failed: 0, rows: 1 });
});
