import { type Prometheus, type Rule, waitUntil } from '@sightglass/test-tools';
import { expect } from 'vitest';

/** Waits until every rule has been evaluated, expects that none gave an error, and gives them. */
export async function expectHealthyRules(prometheus: Prometheus): Promise<readonly Rule[]> {
  const rules = async () => (await prometheus.rules()).flatMap((group) => group.rules);
  await waitUntil(async () => (await rules()).every((rule) => rule.health !== 'unknown'), {
    what: 'every rule to be evaluated',
    pollMs: 1_000,
  });
  const evaluated = await rules();
  expect(evaluated.filter((rule) => rule.health !== 'ok' || rule.lastError)).toEqual([]);
  return evaluated;
}
