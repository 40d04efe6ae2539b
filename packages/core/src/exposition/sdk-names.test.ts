import { describe, expect, test } from 'vitest';
import { labelName, metricName, unitWord } from './sdk-names.ts';

describe('metric names', () => {
  test.each([
    ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
    ['http_server_request_duration_seconds', 's', 'histogram', 'http_server_request_duration_seconds'],
    ['process.cpu.time', 's', 'counter', 'process_cpu_time_seconds_total'],
    ['process_cpu_seconds_total', 's', 'counter', 'process_cpu_seconds_total'],
    ['process_resident_memory_bytes', 'By', 'gauge', 'process_resident_memory_bytes'],
    ['requests', '{request}', 'counter', 'requests_total'],
    ['requests.total', '{request}', 'counter', 'requests_total'],
    ['request.rate', '{request}/s', 'gauge', 'request_rate_per_second'],
    ['disk.throughput', 'By/s', 'gauge', 'disk_throughput_bytes_per_second'],
    ['nodejs.eventloop.utilization', '1', 'gauge', 'nodejs_eventloop_utilization_ratio'],
    ['cache_hit_ratio', '1', 'gauge', 'cache_hit_ratio'],
    ['events', '1', 'counter', 'events_total'],
    ['latency', 'ms', 'histogram', 'latency_milliseconds'],
    ['room.temperature', 'Cel', 'gauge', 'room_temperature_celsius'],
    ['seconds_before_start', 's', 'gauge', 'seconds_before_start_seconds'],
    ['microseconds', 's', 'gauge', 'microseconds_seconds'],
    ['a..b--c', '', 'gauge', 'a_b_c'],
    ['a:b', '', 'gauge', 'a:b'],
    ['9lives', '', 'gauge', '_9lives'],
    ['größe', '', 'gauge', 'gr_e'],
    ['odd', 'very odd!', 'gauge', 'odd_very_odd'],
    ['', '', 'gauge', '_'],
  ] as const)('%s in %s, a %s, is %s', (name, unit, kind, expected) => {
    expect(metricName(name, unit, kind)).toBe(expected);
  });
});

test('an annotation is no unit', () => {
  expect([unitWord('{row}'), unitWord('s{user}'), unitWord('{row}/{batch}'), unitWord('')]).toEqual([
    '',
    'seconds',
    '',
    '',
  ]);
});

test('attribute keys become legal labels that Prometheus does not own', () => {
  expect(['http.route', '__name__', '1st', 'a-.b', ''].map(labelName)).toEqual([
    'http_route',
    '_name_',
    '_1st',
    'a_b',
    '_',
  ]);
});
