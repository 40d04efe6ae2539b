import { type AlertStories, alertStories } from '../../story.ts';
import { CONTAINERS, type ContainerFacts, containers } from '../../world/host.ts';
import { hours, minutes } from '../../world/time.ts';

const DOCKER = { name: 'api' };
const POD = { pod: 'api-7d9', container: 'api' };
/** What their alerts name. */
const API = { ...CONTAINERS, container: 'api' };
const IN_POD = { ...CONTAINERS, ...POD };

const facts = (alert: string, summary: string): Omit<AlertStories, 'alert' | 'stories'> => ({
  severity: 'warning',
  summary,
  runbook: `hosts.md#${alert.toLowerCase()}`,
});

export const hostContainerGone = alertStories(
  'HostContainerGone',
  facts('HostContainerGone', 'A container that ran is gone.'),
  {
    'fires when a container that ran for more than an hour is not there any more, until it is': async (s) => {
      const all = containers(s, DOCKER, { name: 'db' });
      await all.wait(hours(1) + minutes(1));
      all.end(0);
      await s.seen();
      await all.wait(minutes(5));
      s.fires(API);
      await all.wait(minutes(5));
      all.restart(0);
      await s.seen();
      s.resolves(API);
      await all.wait(minutes(2));
    },
    'tells of one that ended in hours in which nothing was scraped or evaluated, until a day after it was seen (S1)':
      {
        // Between two evaluations only the hourly copies are left.
        pace: { scrape: minutes(1), evaluation: hours(6) },
        start: hours(3),
        scripts: [
          async (s) => {
            const all = containers(s, DOCKER, { name: 'db' });
            await s.until(hours(7));
            all.end(0);
            await s.until(hours(18));
            s.fires(API);
            await s.until(hours(30));
            s.resolves(API);
            await s.wait(hours(6));
          },
        ],
      },
    'is quiet of what is replaced under another name each time: tasks of Swarm and Nomad, and one-off containers (S27)':
      async (s) => {
        const all = containers(
          s,
          { name: 'shop_web.1.y8kpqz0c3v5n7m9b1x2d4f6gh' },
          { name: 'web-5f2b1c9a-0b7e-4d4e-9a55-2c1f8d7e6b3a' },
          { name: 'shop-migrate-run-0123456789ab' },
          { name: 'k8s_api_api-7d9_shop_5f2b1c9a-0b7e-4d4e-9a55-2c1f8d7e6b3a_0' },
        );
        await all.wait(minutes(70));
        for (let i = 0; i < 4; i++) all.end(i);
        await all.wait(minutes(15));
      },
    'is quiet of one that was replaced under its name, with another id': async (s) => {
      const all = containers(s, DOCKER, POD);
      await all.wait(minutes(70));
      all.replace(0);
      all.replace(1);
      await all.wait(minutes(15));
    },
    'is quiet of a task that came to its end, of a restart, of pods, and while nobody can see them': async (
      s,
    ) => {
      const all = containers(s, DOCKER, POD, { name: 'task' });
      await all.wait(minutes(50));
      all.end(2);
      await all.wait(minutes(20));
      all.end(1);
      all.end(0);
      await all.wait(minutes(4.5));
      all.restart(0);
      await all.wait(minutes(70));
      all.reachable(false);
      await all.wait(minutes(20));
      all.reachable(true);
      await all.wait(minutes(5));
    },
  },
);

export const hostContainerRestarting = alertStories(
  'HostContainerRestarting',
  facts('HostContainerRestarting', 'A container begins anew again and again.'),
  {
    'fires at the third start within a quarter of an hour, until there are fewer': async (s) => {
      const all = containers(s, DOCKER);
      await all.wait(minutes(5));
      for (let i = 0; i < 3; i++) {
        await all.wait(minutes(1));
        all.restart(0);
      }
      await s.seen();
      await all.wait(minutes(1));
      s.fires(API);
      await all.wait(minutes(17));
      s.resolves(API);
      await all.wait(minutes(1));
    },
    'fires for one that is replaced under its name each time, with another id': async (s) => {
      const all = containers(s, DOCKER, POD);
      await all.wait(minutes(5));
      for (let i = 0; i < 3; i++) {
        await all.wait(minutes(1));
        all.replace(1);
      }
      await s.seen();
      await all.wait(minutes(1));
      s.fires(IN_POD);
      await all.wait(minutes(2));
    },
    'is quiet for a deployment and its rollback': async (s) => {
      const all = containers(s, DOCKER, POD);
      await all.wait(minutes(5));
      all.restart(0);
      all.restart(1);
      await all.wait(minutes(5));
      all.restart(0);
      all.restart(1);
      await all.wait(minutes(15));
    },
  },
);

export const hostContainerOutOfMemory = alertStories(
  'HostContainerOutOfMemory',
  facts('HostContainerOutOfMemory', 'Processes of a container were killed at its limit of memory.'),
  {
    'fires a minute after a process was killed, until a while after': async (s) => {
      const all = containers(s, DOCKER, POD);
      await all.wait(minutes(20) + 15);
      all.kill(1);
      await s.seen();
      const seen = s.now;
      await all.wait(minutes(1));
      s.fires(IN_POD);
      await s.until(seen + minutes(15 + 15));
      s.resolves(IN_POD);
      await s.wait(minutes(5));
    },
    'tells afterwards of one that was killed while cAdvisor could not be reached, and of the second container of a name (S10)':
      async (s) => {
        const all = containers(s, DOCKER, POD);
        await all.wait(minutes(5));
        all.replace(1);
        await all.wait(minutes(5));
        all.reachable(false);
        all.kill(1);
        await all.wait(minutes(20));
        all.reachable(true);
        await s.seen();
        const seen = s.now;
        await all.wait(minutes(1));
        s.fires(IN_POD);
        await s.until(seen + minutes(15 + 15));
        s.resolves(IN_POD);
        await s.wait(minutes(5));
      },
    'is quiet while nobody is, and where it was long before anybody looked (S17)': async (s) => {
      const all = containers(s, DOCKER, POD);
      all.kill(1);
      await all.wait(minutes(20));
      all.replace(1);
      await all.wait(minutes(10));
    },
  },
);

/** An alert on what a container has in use. */
const held = (
  alert: string,
  summary: string,
  time: number,
  { well, at, beyond }: { readonly [state in 'well' | 'at' | 'beyond']: ContainerFacts },
): AlertStories =>
  alertStories(alert, facts(alert, summary), {
    'fires when it has been so for long enough, until it is not': async (s) => {
      const all = containers(s, DOCKER, POD);
      all.is(0, well);
      await all.wait(minutes(5));
      all.is(0, beyond);
      await s.seen();
      await all.wait(time);
      s.fires(API);
      await all.wait(minutes(1));
      all.is(0, well);
      await s.seen();
      s.resolves(API);
      await all.wait(minutes(2));
    },
    'is quiet at what is allowed, without a limit, and when it goes beyond for a moment': async (s) => {
      const all = containers(s, DOCKER, POD);
      all.is(0, at);
      all.is(1, { memory: 5_000, limit: 0 });
      await all.wait(minutes(5));
      all.is(0, beyond);
      await all.wait(time - 30);
      all.is(0, at);
      await all.wait(minutes(5));
    },
  });

export const hostContainerMemoryNearLimit = held(
  'HostContainerMemoryNearLimit',
  'A container is near its limit of memory.',
  minutes(5),
  {
    well: { memory: 100, limit: 1_000 },
    at: { memory: 900, limit: 1_000 },
    beyond: { memory: 920, limit: 1_000 },
  },
);

export const hostContainerThrottled = alertStories(
  'HostContainerThrottled',
  facts('HostContainerThrottled', 'A container is kept waiting for CPU.'),
  {
    'fires when it waited in more than a quarter of its periods for a quarter of an hour': async (s) => {
      const all = containers(s, DOCKER, POD);
      all.is(1, { throttled: 0.3 });
      await s.seen();
      await all.wait(30);
      await all.wait(minutes(15));
      s.fires(IN_POD);
      await all.wait(minutes(1));
      all.is(1, { throttled: 0 });
      await all.wait(minutes(6.5));
      s.resolves(IN_POD);
      await all.wait(minutes(2));
    },
    'is quiet at a quarter': async (s) => {
      const all = containers(s, DOCKER, POD);
      all.is(0, { throttled: 0.25 });
      all.is(1, { throttled: 0.2 });
      await all.wait(minutes(25));
    },
  },
);
