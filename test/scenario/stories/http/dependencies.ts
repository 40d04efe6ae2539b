import { alertStories } from '../../story.ts';
import { type Api, serve } from '../../world/http.ts';
import { type Stage, TARGET } from '../../world/stage.ts';
import { minutes } from '../../world/time.ts';

/** Where the client of these stories asks: its own process, of which it knows nothing. */
const OTHER = { job: TARGET.job, server_address: '127.0.0.1' };

/** A process that asks another service; what comes back is what `ask` says. */
const caller = async (s: Stage): Promise<Api> => serve(s, await s.start(), { client: true });

export const httpDependencyFailing = alertStories(
  'HttpDependencyFailing',
  {
    severity: 'warning',
    summary: 'Another service, which this one calls, fails.',
    runbook: 'http.md#httpdependencyfailing',
  },
  {
    'fires when more than half of what is asked of it fails, until it does not': async (s) => {
      const { askEvery } = await caller(s);
      await askEvery(15, s.now + minutes(3), { count: 2 }, { count: 3, status: 503 });
      s.fires(OTHER);
      await askEvery(15, s.now + minutes(6), { count: 5 });
      s.resolves(OTHER);
      await s.wait(minutes(1));
    },
    'is quiet while half of it fails, and when it refuses what is asked': async (s) => {
      const { askEvery } = await caller(s);
      await askEvery(15, s.now + minutes(10), { count: 3, status: 502 }, { count: 3, status: 404 });
    },
    'fires when all of it fails, however seldom it is asked': async (s) => {
      const { askEvery } = await caller(s);
      await askEvery(minutes(10), s.now + minutes(30), { status: 500 });
      await s.seen();
      await s.wait(minutes(2));
      s.fires(OTHER);
      await s.wait(minutes(1));
    },
  },
);
