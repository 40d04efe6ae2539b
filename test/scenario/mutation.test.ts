import { test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { scenarioSuites } from './mutation/suites.ts';

// No limit: it takes as long as there are mutants that are not remembered.
test('a change of anything in a rule that matters makes a scenario fail', async () => {
  for (const suite of await scenarioSuites()) await expectFoundOut<never>(suite as never);
}, 0);
