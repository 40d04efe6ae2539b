import { expect, test } from 'vitest';
import { asError, classifyError, errorTypeOf, isTimeout } from './errors.ts';

test.each([
  ['a SQLSTATE', Object.assign(new Error('duplicate key'), { code: '23505' }), '23505'],
  ['a code of Node', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['a DOMException, whose code is a number', new DOMException('gave up', 'AbortError'), 'AbortError'],
  ['a class', new TypeError('x'), 'TypeError'],
  ['a code that is a message', Object.assign(new RangeError('x'), { code: 'user 42 failed' }), 'RangeError'],
  ['a name that is a message', Object.assign(new Error('x'), { name: 'user 42 failed' }), '_OTHER'],
  ['a string', 'user 42 failed', '_OTHER'],
  ['nothing', undefined, '_OTHER'],
])('%s', (_, error, expected) => expect(errorTypeOf(error)).toBe(expected));

test('what can not be read has the plainest name, and is still an error', () => {
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error('hostile');
      },
    },
  );
  expect([errorTypeOf(trap), classifyError(trap), isTimeout(trap)]).toEqual([
    '_OTHER',
    'process_error',
    false,
  ]);
  expect(asError(trap).message).toBe('something that can not be read was thrown');
  expect(asError(Object.create(null)).message).toBe('something that can not be read was thrown');
  expect(asError('text').message).toBe('text');
  const error = new TypeError('x');
  expect(asError(error)).toBe(error);
});
