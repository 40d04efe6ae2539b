import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { adminAvailability } from './slos.ts';

const named = (prefix: RegExp) => Object.values(core).filter(({ name }) => prefix.test(name));

/** What every service has beside its requests: database, cache, process and runtime. */
export const service = defineMixin({
  name: 'service',
  about: 'What every service has beside its requests: database, cache, process.',
  metrics: [
    { exportedBy: 'instrumentPg()', metrics: named(/^db_/) },
    { exportedBy: 'observeCache()', metrics: named(/^cache_/) },
    { exportedBy: 'observeProcess()', metrics: named(/^(process|nodejs|v8js)_/) },
  ],
  slos: [adminAvailability],
});
