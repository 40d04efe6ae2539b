import { describe, expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

describe('the format follows the Accept header', () => {
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['APPLICATION/OpenMetrics-Text;VERSION="1.0.0"', 'openmetrics'],
    // Prometheus 2.42 and 3.5
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    // Prometheus told to prefer the old format
    ['text/plain;version=0.0.4;q=0.8,application/openmetrics-text;version=1.0.0;q=0.4', 'text'],
    ['application/openmetrics-text;q=0.4,*/*;q=0.8', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;version=0.0.1', 'text'],
    ['application/openmetrics-text;q=nonsense', 'text'],
    ['text/plain,application/openmetrics-text', 'text'],
    ['application/openmetrics-text,text/plain', 'openmetrics'],
    ['text/plain;q=0,application/openmetrics-text;q=0.1', 'openmetrics'],
    [';;;,,,q=;', 'text'],
  ] as const)('%s → %s', (accept, format) => {
    expect(negotiate(accept)).toBe(format);
  });
});
