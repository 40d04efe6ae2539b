import { test } from 'vitest';
import { counter, gauge } from '../index.ts';

test('a metric may say after how many seconds its series end', () => {
  gauge('typetest_expiry_depth', { help: 'Depth.', labels: ['tenant'], expiresAfterSeconds: 3_600 });
  counter('typetest_expiry_total', { help: 'Sent.', labels: ['tenant'], expiresAfterSeconds: undefined });
  // @ts-expect-error A number of seconds, and no text.
  const text = () => gauge('typetest_expiry', { help: 'D.', labels: ['tenant'], expiresAfterSeconds: '1h' });
  void text;
});
