import { captureLogs } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { handlesByName } from './index.ts';

function setUp() {
  const made: { name: unknown; isRemembered: boolean }[] = [];
  const breaker = handlesByName('breaker', (name, isRemembered) => {
    made.push({ name, isRemembered });
    return { name };
  });
  return { made, breaker };
}

test('the same name has the same handle', () => {
  const { made, breaker } = setUp();
  expect(breaker('daily_loss')).toBe(breaker('daily_loss'));
  expect(breaker('drawdown')).not.toBe(breaker('daily_loss'));
  expect(made).toEqual([
    { name: 'daily_loss', isRemembered: true },
    { name: 'drawdown', isRemembered: true },
  ]);
});

test.each([[undefined], [null], [''], [{}], [Symbol('x')]])('%o is not a name, and is not remembered', (name) => {
  const { made, breaker } = setUp();
  expect(breaker(name as never)).not.toBe(breaker(name as never));
  expect(made).toEqual([
    { name, isRemembered: false },
    { name, isRemembered: false },
  ]);
});

test('names with the same recorded value have the same handle', () => {
  const { breaker } = setUp();
  expect(breaker(`${'x'.repeat(255)}a`)).toBe(breaker(`${'x'.repeat(255)}b`));
  expect(breaker(5 as never)).toBe(breaker('5'));
  expect(breaker('Daily_Loss')).not.toBe(breaker('daily_loss'));
});

test('a name in another case is the same if the conventions list it', () => {
  const breaker = handlesByName('breaker', (name) => ({ name }), {
    type: 'string',
    requirement: 'required',
    values: ['daily_loss'],
    open: true,
  });
  expect(breaker('DAILY_LOSS')).toBe(breaker('daily_loss'));
  expect(breaker('Own')).not.toBe(breaker('own'));
});

test('after 1,000 names the first ones are kept, each further one is created again, and that is logged once', () => {
  using logs = captureLogs();
  const { made, breaker } = setUp();
  const first = breaker('order-0');
  for (let id = 1; id < 1_000; id += 1) breaker(`order-${id}`);
  expect(logs.messages).toEqual([]);

  expect(breaker('order-1000')).not.toBe(breaker('order-1000'));
  breaker('order-1001');
  expect(breaker('order-0')).toBe(first);
  expect(made.filter(({ isRemembered }) => isRemembered)).toHaveLength(1_000);
  expect(logs.messages).toEqual([
    expect.stringContaining('more than 1000 names of a breaker, got "order-1000": the handles of further names'),
  ]);
});
