import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { beforeAll, expect, describe as group, test } from 'vitest';
import { GENERATIONS, installedService } from '../packaging/generations.ts';
import { countsIn, valuesIn } from './measured.ts';

group.each(GENERATIONS)('packed and installed, $name', (generation) => {
  let folder: string;
  beforeAll(async () => {
    folder = await installedService(generation);
    await cp(join(import.meta.dirname, 'fixtures'), join(folder, 'service-metrics'), { recursive: true });
  });

  test.each(['packaged.cjs', 'packaged.mjs'])('%s measures the same', async (script) => {
    const { code, stdout, stderr } = await runProgram(
      generation.node(),
      [join(folder, 'service-metrics', script)],
      {
        env: {},
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const get = 'http_request_method=GET';
    expect(countsIn(stdout, 'http_server_request_duration_seconds')).toEqual({
      [`${get} http_response_status_code=200 http_route=/users/:id url_scheme=http`]: 2,
      [`${get} http_response_status_code=200 http_route=/streams/:id url_scheme=http`]: 1,
      [`error_type=500 ${get} http_response_status_code=500 url_scheme=http`]: 1,
      [`error_type=aborted ${get} url_scheme=http`]: 2,
    });
    expect(valuesIn(stdout, 'http_server_active_requests')).toEqual({ [`${get} url_scheme=http`]: 0 });
    const to = 'server_address=127.0.0.1 server_port=1';
    expect(countsIn(stdout, 'http_client_request_duration_seconds')).toEqual({
      [`${get} http_response_status_code=200 ${to}`]: 2,
      [`error_type=500 ${get} http_response_status_code=500 ${to}`]: 1,
      [`error_type=ECONNREFUSED ${get} ${to}`]: 1,
    });
    expect(valuesIn(stdout, 'cache_operations_total')).toMatchObject({
      'cache=prices operation=get result=hit': 1,
    });
    for (const name of [
      'process_cpu_seconds_total',
      'process_open_fds',
      'nodejs_eventloop_utilization_ratio',
    ])
      expect(valuesIn(stdout, name)[''], name).toBeGreaterThan(0);
  });
});
