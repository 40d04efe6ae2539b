import { describe, expect, test } from 'vitest';
import type { YamlRule } from '../../rules/rule.ts';
import { kinOf } from './kin.ts';

/** The kin of the change of a recorded expression into another. */
const kin = (name: string, expr: string, became: string, more: Partial<YamlRule> = {}) =>
  kinOf({ record: name, expr, ...more }, { record: name, expr: became, ...more });

const OWN = kin('x', 'max by (job) (a) or x > 5', 'min by (job) (a) or x > 5');

describe('the same change in a rule of the same text is kin', () => {
  test('whatever metrics, records and labels are named', () => {
    expect(kin('y', 'max by (table) (b:c) or y > 5', 'min by (table) (b:c) or y > 5')).toBe(OWN);
    expect(kin('y', 'max by (table) (b:c)\n  or y > 5', 'min by (table) (b:c)\n  or y > 5')).toBe(OWN);
  });

  test.each([
    ['another change', 'x', 'max by (job) (a) or x > 5', 'max by (job) (a)', {}],
    ['another number', 'x', 'max by (job) (a) or x > 6', 'min by (job) (a) or x > 6', {}],
    [
      'another series where it reads itself',
      'x',
      'max by (job) (a) or b > 5',
      'min by (job) (a) or b > 5',
      {},
    ],
    ['another name where two were one', 'x', 'max by (job) (x) or x > 5', 'min by (job) (x) or x > 5', {}],
    [
      'a label that stands elsewhere',
      'x',
      'max by (job, k) (a) or x{k="v"} > 5',
      'min by (job, k) (a) or x{k="v"} > 5',
      {},
    ],
    [
      'a label of its own',
      'x',
      'max by (job) (a) or x > 5',
      'min by (job) (a) or x > 5',
      { labels: { k: 'v' } },
    ],
    ['a hold', 'x', 'max by (job) (a) or x > 5', 'min by (job) (a) or x > 5', { for: '5m' }],
  ] as const)('but not with %s', (_, name, expr, became, more) => {
    expect(kin(name, expr, became, more)).not.toBe(OWN);
  });

  test('whatever values labels have: series are told apart by them, and nothing else', () => {
    const matched = (value: string, operator = '=') =>
      kin('x', `a{k${operator}"${value}"} > a{k="w"}`, `a{k${operator}"${value}"} < a{k="w"}`);
    expect(matched('v')).toBe(matched('u'));
    expect(matched('v')).toBe(matched(''));
    expect(matched('v')).not.toBe(matched('w'));
    expect(matched('v|u', '=~')).toBe(matched('s|t', '=~'));
    expect(matched('v|u', '=~')).not.toBe(matched('v|w', '=~'));
    expect(matched('5..', '=~')).not.toBe(matched('4..', '=~'));
    expect(matched('0.5')).not.toBe(matched('0.9'));
    const labelled = (k: string) => kin('x', 'a{k="v"} > 1', 'a{k="v"} < 1', { labels: { k } });
    expect(labelled('u')).toBe(labelled('w'));
    expect(labelled('u')).not.toBe(labelled('v'));
  });

  test('with more labels, where they always stand together', () => {
    const changed = (labels: string, became = labels) =>
      kin('x', `max by (${labels}) (a) or on (${labels}) x`, `max by (${labels}) (a) or on (${became}) x`);
    expect(changed('job, table', 'job')).toBe(changed('layer, job, table', 'layer, job'));
    expect(changed('job, table', 'job')).not.toBe(changed('layer, job, table', 'job'));
    expect(changed('job, table', 'job')).not.toBe(changed('job, table', 'table'));
    expect(changed('job', 'job, instance')).toBe(changed('layer, table', 'instance, layer, table'));
    const summed = (labels: string) => kin('x', `sum by (${labels}) (a)`, `max by (${labels}) (a)`);
    expect(summed('job')).toBe(summed('le, table'));
    const partly = (on: string) =>
      kin('x', `sum by (job, table) (a) or on (${on}) x`, `max by (job, table) (a) or on (${on}) x`);
    expect(partly('job')).not.toBe(partly('job, table'));
    const quantile = (labels: string) =>
      kin(
        'x',
        `histogram_quantile(0.5, sum by (${labels}) (a))`,
        `histogram_quantile(0.9, sum by (${labels}) (a))`,
      );
    expect(quantile('le')).not.toBe(quantile('le, table'));
  });

  test('nor with another duration, or another name only in what it became', () => {
    const window = (span: string) => kin('x', `rate(a[${span}])`, `increase(a[${span}])`);
    expect(window('5m')).not.toBe(window('6m'));
    const grouped = (label: string) => kin('x', 'sum by (job) (a)', `sum by (job, ${label}) (a)`);
    expect(grouped('instance')).toBe(grouped('pod'));
    expect(grouped('instance')).not.toBe(grouped('a'));
  });
});
