import { alertStories } from '../../story.ts';
import { ORDERS, serve } from '../../world/http.ts';
import { minutes } from '../../world/time.ts';

export const httpLatencyHigh = alertStories(
  'HttpLatencyHigh',
  {
    severity: 'warning',
    summary: 'Requests to a route take longer than they may.',
    runbook: 'http.md#httplatencyhigh',
  },
  {
    'fires when more than a twentieth of the requests take longer than a second, until they do not': async (
      s,
    ) => {
      const api = await serve(s, await s.start());
      await api.askEvery(15, s.now + minutes(6.5), { count: 4 }, { takes: 2 });
      s.fires(ORDERS);
      await api.askEvery(15, s.now + minutes(9), { count: 4 });
      s.resolves(ORDERS);
      await s.wait(minutes(1));
    },
    'is quiet while each takes as long as it may': async (s) => {
      const api = await serve(s, await s.start());
      await api.askEvery(15, s.now + minutes(12), { count: 4, takes: 1 });
    },
    'is quiet when hardly anybody asks': async (s) => {
      const api = await serve(s, await s.start());
      await api.askEvery(20, s.now + minutes(15), { takes: 2 });
    },
    'takes what a service promises of every route, and what a route promises itself': async (s) => {
      const api = await serve(s, await s.start());
      api.promise({ latencySeconds: 0.1, routes: { '/reports': { latencySeconds: 5 } } });
      await api.askEvery(
        15,
        s.now + minutes(6.5),
        { count: 4, takes: 0.2 },
        { route: '/reports', count: 4, takes: 2 },
      );
      s.fires(ORDERS);
      await s.wait(minutes(1));
    },
  },
);
