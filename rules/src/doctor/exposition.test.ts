import { expect, test } from 'vitest';
import { seriesNames } from './exposition.ts';

test.each([
  ['up 1', ['up']],
  ['up{job="a b",x="} 1"} 1 1700000000000\nup{job="b"} NaN\r\n\r\n', ['up']],
  ['  a\t1\nb{x="y"}2\nc{} -Inf\nd .5\ne +1e3', ['a', 'b', 'c', 'd', 'e']],
  ['{"my.metric",x="y"} 1\n{"other metric"} 2', ['my.metric', 'other metric']],
  [
    '# TYPE jobs counter\n# UNIT jobs seconds\njobs_total{a="b"} 1 # {trace_id="x"} 0.5 1700000000.5\njobs_created 1.7e9\n# EOF\n',
    ['jobs_total', 'jobs_created'],
  ],
])('A28: the names of a page are read as Prometheus would: %j', (page, names) => {
  expect([...seriesNames(page)]).toEqual(names);
});

test.each([
  ['', 'the page has no series'],
  ['# HELP up Up.\n# EOF\n', 'the page has no series'],
  ['<!DOCTYPE html>\n<html>', 'this is no line of metrics: <!DOCTYPE html>'],
  ['Not found', 'this is no line of metrics: Not found'],
  ['{"status": "ok"}', 'this is no line of metrics: {"status": "ok"}'],
  ['up', 'this is no line of metrics: up'],
  [`${'x'.repeat(1_000_000)}`, `this is no line of metrics: ${'x'.repeat(80)}`],
])('A28: what is no page of metrics is told of: %#', (page, message) => {
  expect(() => seriesNames(page)).toThrow(new Error(message));
});

test('A28: a huge page is read in linear time', () => {
  const long = `up{${'x="}{",'.repeat(100_000)}} 1\n`;
  const many = Array.from({ length: 300_000 }, (_, i) => `metric_${i % 1_000}{a="${i}"} ${i}`).join('\n');
  expect(seriesNames(long + many).size).toBe(1_001);
});
