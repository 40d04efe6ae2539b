import { expect, test } from 'vitest';
import { runApp } from '../setup/run-app.support.ts';

const APP = `
import { hasSubscribers } from 'node:diagnostics_channel';
import * as service from '@sightglass/core/service';
import { readExposition } from '@sightglass/core/testing';

service.observeHttpServer();
service.observeHttpClient();
service.observeProcess();
service.declareEvents({ kinds: ['click'] }).received('click');
const client = { query: async () => 'rows' };
const { query } = client;
service.instrumentPg(client);
const redis = { sendCommand: async () => 'OK', on() {}, off() {} };
service.instrumentRedis(redis);
service.observeConnections({ name: 'main' }, () => ({ used: 1, idle: 0, max: 1, pending: 0 }))();
const found = await service.observeCache('prices').get(() => 'price');
console.log(JSON.stringify({
  listens: hasSubscribers('http.server.request.start') || hasSubscribers('undici:request:create'),
  wrapped: client.query !== query,
  found,
  exported: await readExposition(),
}));
`;

test.each([
  ['true', false, false],
  ['false', true, true],
])('with OTEL_SDK_DISABLED=%s the process is left alone: %s', async (disabled, listens, exports) => {
  const app = runApp(APP, { OTEL_SDK_DISABLED: disabled });
  expect(await app.ended).toEqual({ code: 0, signal: null });
  const said = JSON.parse(app.output());
  expect(said).toMatchObject({ listens, wrapped: listens, found: 'price' });
  expect(said.exported.includes('process_resident_memory_bytes')).toBe(exports);
  if (!exports) expect(said.exported).toBe('');
});
