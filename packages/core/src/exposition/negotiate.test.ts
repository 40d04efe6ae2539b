import { describe, expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

describe('A35: the answer is what the Accept header ranks highest', () => {
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    ['application/openmetrics-text', '1.0.0'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', '1.0.0'],
    ['APPLICATION/OpenMetrics-Text;VERSION="1.0.0"', '1.0.0'],
    // Prometheus 2.42 and 3.5
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      '1.0.0',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      '1.0.0',
    ],
    // Prometheus told to prefer the old format
    ['text/plain;version=0.0.4;q=0.8,application/openmetrics-text;version=1.0.0;q=0.4', 'text'],
    // Prometheus told to know the old format and protobuf alone
    [
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.4',
      'text',
    ],
    // Prometheus before 2.5, and its OpenMetrics before 1.0
    ['text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text'],
    ['application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', '0.0.1'],
    ['application/openmetrics-text;q=0.4,*/*;q=0.8', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;version=0.0.1', '0.0.1'],
    ['application/openmetrics-text;version=2.0.0', 'text'],
    ['application/openmetrics-text;q=nonsense', 'text'],
    ['text/plain,application/openmetrics-text', 'text'],
    ['application/openmetrics-text,text/plain', '1.0.0'],
    ['text/plain;q=0,application/openmetrics-text;q=0.1', '1.0.0'],
    [';;;,,,q=;', 'text'],
    // The most specific range speaks, wherever it stands
    ['*/*;q=0.1,text/plain;q=0.9,application/openmetrics-text;q=0.5', 'text'],
    ['*/*,text/plain;q=0.1', '1.0.0'],
    ['*/*;q=0.9,application/openmetrics-text;q=0.5', 'text'],
    ['text/*;q=0.9,text/plain;q=0.1,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;q=0.1,text/*;q=0.9,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;version=0.0.4;q=0.2,text/plain;q=0.9,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;version=1.0.0;q=0.9,text/plain;q=0.2,application/openmetrics-text;q=0.5', '1.0.0'],
    ['application/openmetrics-text;version=1.0.0;q=0.1,application/openmetrics-text;q=0.8', '0.0.1'],
    ['text/plain;q=0.2,text/plain;q=0.9,application/openmetrics-text;q=0.5', 'text'],
    ['application/*', '1.0.0'],
    ['application/*;q=0.5,text/*;q=0.4', '1.0.0'],
    ['*/*,application/openmetrics-text', '1.0.0'],
    ['*/*;q=0.5,text/plain;q=0', '1.0.0'],
    ['*/*;q=0', 'text'],
    // RFC 9110's own example
    [
      'text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5',
      'text',
    ],
    ['text/plain;format=flowed,application/openmetrics-text;q=0.1', '1.0.0'],
    // Parameters
    ['text/plain;charset=utf-8,application/openmetrics-text;q=0.5', 'text'],
    ['text/plain;charset=latin1,application/openmetrics-text;q=0.5', '1.0.0'],
    ['application/openmetrics-text;escaping=values', '1.0.0'],
    ['application/openmetrics-text;q=0.5;ext=1,text/plain;q=0.4', '1.0.0'],
    ['application/openmetrics-text;q=0.5;version=3,text/plain;q=0.4', 'text'],
    ['application/openmetrics-text ; version = "1.0.0" ; q=0.5\t,\ttext/plain;q=0.4', '1.0.0'],
    ['application/openmetrics-text;;version=1.0.0;', '1.0.0'],
    // What can't be read is passed over, and the rest holds
    ['nonsense,application/openmetrics-text', '1.0.0'],
    ['text/plain;q=2,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;q=-1,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;q=0x1,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;q=,application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;note="a,b;q=0.1, text/plain;q=0.9",application/openmetrics-text;q=0.5', '1.0.0'],
    ['text/plain;note="a\\"b";q=0.9,application/openmetrics-text;q=0.5', '1.0.0'],
    ['application/openmetrics-text;version="1.\\0.0"', '1.0.0'],
    ['text/plain;note="never closed,application/openmetrics-text', '1.0.0'],
    ['text/plain/more,application/openmetrics-text;q=0.5', '1.0.0'],
    ['*,application/openmetrics-text;q=0.5', '1.0.0'],
    ['constructor/*,__proto__/toString', 'text'],
  ] as const)('%s → %s', (accept, expected) => {
    const { format, contentType } = negotiate(accept);
    expect(format).toBe(expected === 'text' ? 'text' : 'openmetrics');
    expect(contentType).toContain(`version=${expected === 'text' ? '0.0.4' : expected};`);
  });

  test('A36: OpenMetrics 1.0 says how names are escaped; the formats that know no escaping do not', () => {
    const contentType = (accept: string) => negotiate(accept).contentType;
    expect(contentType('application/openmetrics-text;version=1.0.0;escaping=allow-utf-8')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
    );
    expect(contentType('application/openmetrics-text;version=0.0.1')).toBe(
      'application/openmetrics-text; version=0.0.1; charset=utf-8',
    );
    expect(contentType('text/plain;escaping=allow-utf-8')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('of what is no text, and of very long headers', () => {
    expect(negotiate(['application/openmetrics-text'] as never).format).toBe('text');
    const last = ',application/openmetrics-text;q=0.9';
    for (const part of [
      'text/plain;q=0.1,',
      'text/plain;x="\\",',
      ' ',
      '\t;',
      ',',
      ';',
      'a/b;x="',
      '=',
      'text/plain;version=0.0.4;q=0.5;',
    ])
      expect(negotiate(part.repeat(200_000) + last).contentType).toContain('version=');
  });
});
