import { alertStories } from '../../story.ts';
import { NO_ROUTE, ORDERS, serve } from '../../world/http.ts';
import type { Stage } from '../../world/stage.ts';
import { at, hours, minutes } from '../../world/time.ts';

const WELL = { route: '/prices', count: 2 };

export const httpErrorRatioCritical = alertStories(
  'HttpErrorRatioCritical',
  {
    severity: 'critical',
    summary: 'Many requests to a route fail on our side.',
    runbook: 'http.md#httperrorratiocritical',
  },
  {
    'fires for a route that answers nothing but 500s, not for one that is well, until few of its requests fail':
      async (s) => {
        const api = await serve(s, await s.start());
        await api.askEvery(10, s.now + minutes(10), { count: 2 }, WELL);
        await api.askEvery(10, s.now + minutes(2), { count: 2, status: 500 }, WELL);
        s.fires(ORDERS);
        await api.askEvery(10, s.now + minutes(2), { count: 2, status: 500 }, WELL);
        await api.askEvery(10, s.now + minutes(7), { count: 2 }, WELL);
        s.resolves(ORDERS);
        await api.askEvery(10, s.now + minutes(1), { count: 2 }, WELL);
      },
    'is quiet while a tenth of the requests fail': async (s) => {
      const api = await serve(s, await s.start());
      await api.askEvery(10, s.now + minutes(15), { count: 9 }, { status: 500 });
    },
    'fires when more than a tenth of the requests fail, among many that are the fault of clients': async (
      s,
    ) => {
      const api = await serve(s, await s.start());
      await api.askEvery(15, s.now + minutes(10), { count: 8 }, { count: 4, status: 404 });
      // Within 5 minutes 18 of 168 are more than a tenth, and are so for a minute.
      await api.askEvery(15, s.now + minutes(6), { count: 7, status: 429 }, { status: 503 });
      s.fires(ORDERS);
      await s.wait(minutes(1));
    },
    'takes what a service promises of every route, and what a route promises itself': async (s) => {
      const api = await serve(s, await s.start());
      api.promise({ errorRatio: 0.2, routes: { '/prices': { errorRatio: 0.04 } } });
      const more = [
        { count: 3 },
        { count: 2, status: 500 },
        { route: '/prices', count: 9 },
        { route: '/prices', status: 500 },
      ];
      await api.askEvery(15, s.now + minutes(2), ...more);
      s.fires({ ...ORDERS, http_route: '/prices' });
      await api.askEvery(15, s.now + minutes(5), ...more);
    },
    'says nothing of no request, of one that fails, and of two (TR-21)': async (s) => {
      const api = await serve(s, await s.start());
      await s.wait(minutes(5));
      await api.ask({ status: 500 });
      await s.wait(minutes(10));
      await api.ask({ status: 500 });
      await s.wait(minutes(80));
    },
    'finds a route that fails whenever it is asked for, every 20 minutes, until a request is answered':
      async (s) => {
        const api = await serve(s, await s.start());
        await api.ask();
        await api.askEvery(minutes(20), s.now + hours(1), { status: 500 });
        await s.seen();
        await s.wait(minutes(1));
        s.fires(ORDERS);
        await api.askEvery(minutes(20), s.now + hours(1), { status: 500 });
        await api.ask();
        await s.seen();
        await s.wait(minutes(2));
        s.resolves(ORDERS);
        await s.wait(minutes(10));
      },
    'goes on for six hours when nobody asks for a route any more that had failed': async (s) => {
      const api = await serve(s, await s.start());
      await api.ask({ count: 4, status: 500 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(ORDERS);
      await s.wait(hours(6) + minutes(1));
      s.resolves(ORDERS);
      await s.wait(minutes(5));
    },
    'judges a route with few requests over a longer window': async (s) => {
      const api = await serve(s, await s.start());
      await api.askEvery(minutes(2), s.now + hours(1), {});
      // A fourth of the last thirty fails.
      for (const status of [500, 200, 500, 200, 500, 200, 500])
        await api.askEvery(minutes(2), s.now + minutes(2), { status });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(ORDERS);
      await s.wait(minutes(1));
    },
    'tells of requests that no route matches': async (s) => {
      const api = await serve(s, await s.start());
      await api.ask({ route: 'none', count: 3, status: 500 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(NO_ROUTE);
    },
    'counts over replicas, and over a process that dies and one that begins': [0, 1].map(
      (replica) => async (s: Stage) => {
        const first = await serve(s, await s.start());
        await first.askEvery(10, s.now + minutes(10), { count: 2 });
        if (replica === 0) {
          await first.askEvery(10, s.now + minutes(5), { count: 2 });
          return;
        }
        s.die();
        await s.wait(15);
        const next = await serve(s, await s.start());
        await next.ask({ count: 20, status: 500 });
        await s.seen();
        await s.wait(minutes(1));
        s.fires(ORDERS);
        await s.until(at(0, 15));
      },
    ),
    "holds for OpenTelemetry's own instrumentation, whose series have labels of their own": async (s) => {
      const answer = (ok: number, failed: number) =>
        s.other(
          'shop',
          [
            [200, ok],
            [500, failed],
          ]
            .map(
              ([status, count]) =>
                `http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="${status}",http_route="/cart",network_protocol_version="1.1",otel_scope_name="@opentelemetry/instrumentation-http",otel_scope_version="0.2",url_scheme="http"} ${count}`,
            )
            .join('\n'),
        );
      answer(100, 1);
      await s.wait(minutes(10));
      answer(110, 21);
      await s.seen();
      await s.wait(minutes(1));
      s.fires({ job: 'shop', http_route: '/cart' });
      await s.wait(minutes(2));
    },
  },
);

export const httpErrorRatioHigh = alertStories(
  'HttpErrorRatioHigh',
  {
    severity: 'warning',
    summary: 'More requests to a route fail on our side than may.',
    runbook: 'http.md#httperrorratiohigh',
  },
  {
    'fires when more than a twentieth of the requests fail, until hardly any do': async (s) => {
      const api = await serve(s, await s.start());
      await api.askEvery(15, s.now + minutes(3), { count: 18 }, { status: 500 });
      s.fires(ORDERS);
      await s.wait(minutes(5));
      await api.askEvery(15, s.now + minutes(2), { count: 18 });
      s.resolves(ORDERS);
      await s.wait(minutes(1));
    },
    'is quiet while a twentieth of the requests fail, and of no more than two that do': async (s) => {
      const api = await serve(s, await s.start());
      await api.ask({ route: '/prices', count: 9 });
      await api.ask({ route: '/prices', count: 2, status: 500 });
      await api.askEvery(15, s.now + minutes(8), { count: 19 }, { status: 500 });
    },
    'takes what a route promises': async (s) => {
      const api = await serve(s, await s.start());
      api.promise({ routes: { '/prices': { errorRatio: 0.1 } } });
      const some = ({ route }: { readonly route: string }) => [
        { route, count: 9 },
        { route, status: 500 },
      ];
      await api.askEvery(
        30,
        s.now + minutes(4),
        ...some({ route: '/orders' }),
        ...some({ route: '/prices' }),
      );
      s.fires(ORDERS);
      await s.wait(minutes(1));
    },
  },
);
