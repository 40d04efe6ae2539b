import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startLoad } from './load.ts';

/* `npm run load --prefix examples/analytics-server -- --events 200 --reads 20 --seconds 60`: asks the API that runs, and says what became of it. */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    events: { type: 'string', default: '200' },
    reads: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
  },
});
const number = (name: 'events' | 'reads' | 'seconds') => {
  const value = Number(values[name]);
  if (value >= 0 && value <= 100_000) return value;
  throw new Error(`--${name} must be a number from 0 to 100000, not "${values[name]}"`);
};
const load = startLoad({
  url: values.url,
  eventsPerSecond: number('events'),
  readsPerSecond: number('reads'),
});
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
await sleep(number('seconds') * 1000, undefined, { signal: stopped.signal }).catch(() => {});
process.stdout.write(`${JSON.stringify(await load.stop())}\n`);
