import { test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { sloSuite } from './mutation.ts';

// No limit: it takes as long as there are mutants that are not remembered.
test('a change of any number, comparison, window, label, branch or hold breaks a budget or an alert', async () => {
  await expectFoundOut(sloSuite());
}, 0);
