import { readFile } from 'node:fs/promises';
import { panelQueries, substitute, variableValues } from '@sightglass/dashboards';
import { type Prometheus, waitUntil } from '@sightglass/test-tools';
import { expect } from 'vitest';

/** Has a row only while something is wrong, on every dashboard. */
const FIRING = 'Firing alerts';

/** Waits until every query of every panel of a shipped dashboard has a number to show; fails with the list of those that have none. */
export async function expectDataInEveryPanel(
  prometheus: Prometheus,
  uid: string,
  /** Queries that show something only when something is wrong, as panel and letter. */
  exceptions: readonly string[] = [],
): Promise<void> {
  const file = new URL(`../../dashboards/grafana/${uid}.json`, import.meta.url);
  const dashboard = JSON.parse(await readFile(file, 'utf8'));
  const values = variableValues(dashboard);
  const empty = async () => {
    const queries = panelQueries(dashboard).map(async ({ panel, refId, expr }) => {
      if (panel === FIRING || exceptions.includes(`${panel} ${refId}`)) return [];
      const result = await prometheus.query(substitute(expr, values));
      return result.some(({ value }) => !Number.isNaN(value)) ? [] : [`${panel} ${refId}: ${expr}`];
    });
    return (await Promise.all(queries)).flat();
  };
  await waitUntil(async () => (await empty()).length === 0, {
    what: 'data in every panel',
    pollMs: 1_000,
  }).catch(async () => expect(await empty()).toEqual([]));
}
