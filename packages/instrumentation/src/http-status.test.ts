import { expect, test } from 'vitest';
import { errorType, httpStatusOf } from './index.ts';

test.each([
  [{ status: 429 }, 429],
  [Object.assign(new Error('x'), { statusCode: 503 }), 503],
  [Object.assign(new Error('x'), { code: 404 }), 404],
  [Object.assign(new Error('x'), { code: 'ECONNRESET', response: { status: 502 } }), 502],
  [new Error('Unexpected server response: 503'), 503],
  [new Error('Unexpected server response: 99'), undefined],
  [{ status: 'busy', statusCode: 0 }, undefined],
  [{ status: 42.5 }, undefined],
  [429, undefined],
  [null, undefined],
])('the HTTP status of %o is %o', (answer, status) => {
  expect(httpStatusOf(answer)).toBe(status);
});

test('it is the error.type of a plain error, and never throws', () => {
  expect(errorType(Object.assign(new Error('x'), { response: { status: 502 } }))).toBe('502');
  const hostile = {
    get status(): number {
      throw new Error('hostile');
    },
  };
  expect(httpStatusOf(hostile)).toBeUndefined();
});
