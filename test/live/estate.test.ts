import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { renderRules } from '@sightglass/rules';
import { jobs, telemetry } from '@sightglass/rules/mixins';
import type { IntervalJobOptions } from '@sightglass/scheduler';
import {
  type ExampleProcess,
  type Prometheus,
  type PrometheusOptions,
  serverPath,
  startExampleProcess,
  startPrometheus,
  waitUntil,
} from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RoutingStack, startRoutingStack } from '../routing/stack.ts';
import { expectHealthyRules } from './rule-health.ts';
import { startTogether, writeFiles } from './servers.ts';

/*
 * What an installation goes through that no example does: two environments in one Prometheus, a Prometheus that is away, jobs that run more often
 * than they are scraped.
 */

const NEWEST = serverPath('prometheus3') === undefined ? 2 : 3;

type Service = ExampleProcess<never, object>;

const startService = (...jobs: readonly IntervalJobOptions[]): Promise<Service> =>
  startExampleProcess({
    name: 'a service with jobs',
    main: fileURLToPath(new URL('jobs-service.ts', import.meta.url)),
    settings: { jobs: JSON.stringify(jobs) },
  });

/** A Prometheus whose minutes are so many times shorter, the five minutes that it looks back as well. */
async function startScaled(
  scale: number,
  folder: string,
  options: Pick<PrometheusOptions, 'scrape' | 'alertmanagers'>,
): Promise<Prometheus> {
  const rules = renderRules({ scale, target: 'job="shop"', mixins: [jobs, telemetry] });
  const ruleFiles = await writeFiles(
    join(folder, 'rules'),
    rules.map(({ file, yaml }) => ({ file, text: yaml })),
  );
  return startPrometheus({
    version: NEWEST,
    ruleFiles,
    // A scrape may take as long as its interval, which a busy machine needs.
    scrapeIntervalSeconds: 30 / scale,
    evaluationIntervalSeconds: 30 / scale,
    lookbackSeconds: 300 / scale,
    ...options,
  });
}

/** Which alerts jobs raise that run more often than they are scraped, and well. */
async function alertsOfOftenRun(): Promise<readonly (string | undefined)[]> {
  /** A fifteenth of the shipped intervals, so that a job every second is one that a slow machine keeps up with. */
  const SCALE = 10;
  const SECOND = 1 / SCALE;
  const MINUTE = 60 * SECOND;
  const { prometheus, stop } = await startTogether(async ({ folder, keep }) => {
    const service = keep(
      await startService(
        { name: 'every-second', intervalSeconds: SECOND },
        { name: 'every-two-seconds', intervalSeconds: 2 * SECOND },
      ),
    );
    const scrape = [{ job: 'shop', targets: [service.metricsTarget] }];
    return { prometheus: keep(await startScaled(SCALE, folder, { scrape })) };
  });
  try {
    const ages = () => prometheus.query('job_name:job_run_age_seconds:last_known');
    await waitUntil(async () => (await ages()).length === 2, { what: 'both jobs to be known' });
    // Longer than the longest time for which an alert that was wrong here had to hold.
    await sleep(7 * MINUTE * 1_000);
    const fired = await prometheus.query(
      'count by (alertname) (last_over_time(ALERTS{alertstate="firing",alertname=~"Job(Gone|Stopped|Stale|MissedRun|Failing|Stuck)|SloJob.*"}[1h]))',
    );
    return fired.map(({ labels }) => labels.alertname);
  } finally {
    await stop();
  }
}

// They take their time, in which another installation is looked at.
let raisedByOftenRun: ReturnType<typeof alertsOfOftenRun>;
beforeAll(() => {
  raisedByOftenRun = alertsOfOftenRun();
  raisedByOftenRun.catch(() => {});
});
// They end with the file, whichever test was asked for.
afterAll(async () => void (await raisedByOftenRun.catch(() => {})));

describe('two environments, told apart by a label of their targets, have the same job', () => {
  const SCALE = 60;
  const MINUTE = 60 / SCALE;
  /** Every five minutes, no older than a quarter of an hour. */
  const job: IntervalJobOptions = {
    name: 'pricing-sync',
    intervalSeconds: 5 * MINUTE,
    freshnessObjectiveSeconds: 15 * MINUTE,
  };

  let routing: RoutingStack;
  let estate: { production: Service; prometheus: Prometheus; stop(): Promise<void> };
  beforeAll(async () => {
    routing = await startRoutingStack(SCALE);
    estate = await startTogether(async ({ folder, keep }) => {
      const production = keep(await startService(job));
      const staging = keep(await startService(job));
      const targets = ({ metricsTarget }: Service, environment: string) => ({
        targets: [metricsTarget],
        labels: { environment },
      });
      const prometheus = keep(
        await startScaled(SCALE, folder, {
          scrape: [
            { job: 'shop', ...targets(production, 'production') },
            { job: 'shop', ...targets(staging, 'staging') },
          ],
          alertmanagers: [routing.alertmanager.url],
        }),
      );
      return { production, prometheus };
    });
  });
  afterAll(async () => {
    await estate?.stop();
    await routing?.stop();
  });

  const pagesOf = (alert: string, action: 'trigger' | 'resolve') =>
    routing.pagerduty.received.filter(
      ({ event_action, payload }) => event_action === action && payload.class === alert,
    );
  const incidentsOf = (alert: string) => new Set(pagesOf(alert, 'trigger').map(({ dedup_key }) => dedup_key));
  /** That each environment has been seen to succeed since a moment. */
  const bothSucceed = () => {
    const since = Date.now() / 1_000;
    return waitUntil(
      async () =>
        (
          await estate.prometheus.query(
            `job_name:job_last_success_timestamp_seconds:last_known{job_name="${job.name}"} > ${since}`,
          )
        ).length === 2,
      { what: 'a success in both environments' },
    );
  };
  const goneNow = async () =>
    (await estate.prometheus.query('ALERTS{alertname="JobGone",alertstate="firing"}')).map(
      ({ labels }) => `${labels.job_name} of ${labels.job} in ${labels.environment}`,
    );
  const PRODUCTION = 'pricing-sync of shop in production';

  test('the rules have no errors', async () => {
    await bothSucceed();
    await expectHealthyRules(estate.prometheus);
  });

  test('production dies, staging lives: somebody is woken for production alone, and told of its recovery', async () => {
    await estate.production.kill();
    await waitUntil(async () => (await goneNow()).length > 0, { what: 'JobGone to fire' });
    expect(await goneNow()).toEqual([PRODUCTION]);
    await waitUntil(() => pagesOf('JobGone', 'trigger').length > 0, { what: 'a page' });
    await estate.production.restart();
    await bothSucceed();
    await waitUntil(() => pagesOf('JobGone', 'resolve').length > 0, { what: 'the end of the page' });
    expect(incidentsOf('JobGone').size).toBe(1);
    for (const { payload } of pagesOf('JobGone', 'trigger')) {
      expect(payload.summary).toContain('production');
      expect(payload.summary).not.toContain('staging');
    }
  });

  test('production dies while Prometheus is away, for longer than it looks back: it is told of all the same', async () => {
    await waitUntil(async () => (await goneNow()).length === 0, { what: 'JobGone to end' });
    const pagesOfProduction = () =>
      pagesOf('JobGone', 'trigger').filter(({ payload }) => payload.summary.includes('production')).length;
    const before = pagesOfProduction();
    await estate.prometheus.away(async () => {
      await estate.production.kill();
      await sleep(6 * MINUTE * 1_000);
    });
    // Prometheus looks for its targets five seconds after its start, so long as it takes at this scale for those that live to be missed as well.
    await waitUntil(async () => (await goneNow()).includes(PRODUCTION), { what: 'JobGone to fire' });
    await waitUntil(() => pagesOfProduction() > before, { what: 'another page' });
    await estate.production.restart();
    await bothSucceed();
    await waitUntil(async () => (await goneNow()).length === 0, { what: 'JobGone to end' });
  });
});

describe('jobs that run more often than they are scraped', () => {
  test('raise nothing while they run well', async () => {
    expect(await raisedByOftenRun).toEqual([]);
  });
});
