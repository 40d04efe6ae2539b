import { beforeAll, test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { scenarioSuites } from './mutation/suites.ts';

let suites: Awaited<ReturnType<typeof scenarioSuites>>;

// No limit: it takes as long as there are stories.
beforeAll(async () => {
  suites = await scenarioSuites();
}, 0);

// No limits: they take as long as there are mutants that are not remembered.
test(
  'a change of any number, comparison, window, label, branch or hold makes a scenario fail',
  () => expectFoundOut(suites[0]),
  0,
);

test('a longer interval of a group makes a scenario fail', () => expectFoundOut(suites[1]), 0);
