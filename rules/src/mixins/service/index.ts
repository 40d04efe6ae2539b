import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { adminAvailability } from './slos.ts';

const named = (prefix: RegExp) => Object.values(core).filter(({ name }) => prefix.test(name));

/** What every service has: HTTP, database, cache, process and runtime. */
export const service = defineMixin({
  name: 'service',
  about: 'What every service has: requests, database, cache, process.',
  metrics: [
    {
      // The client is measured by the same set-up; a service that has only been a client yet is still waited for.
      exportedBy: 'observeHttpServer()',
      metrics: named(/^http_/),
      appears: {
        http_server_request_duration_seconds: 'after the first request',
        http_client_request_duration_seconds: 'after the first request',
      },
    },
    { exportedBy: 'instrumentPg()', metrics: named(/^db_/) },
    { exportedBy: 'observeCache()', metrics: named(/^cache_/) },
    { exportedBy: 'observeProcess()', metrics: named(/^(process|nodejs|v8js)_/) },
  ],
  slos: [adminAvailability],
});
