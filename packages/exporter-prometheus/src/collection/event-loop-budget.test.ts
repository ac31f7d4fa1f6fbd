import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventLoopBudget } from './event-loop-budget.ts';

const sliceMillis = 2;

let now: number;
let turn: number;
let counter: NodeJS.Immediate;

function countTurns(): void {
  turn += 1;
  counter = setImmediate(countTurns);
}

beforeEach(() => {
  now = 0;
  turn = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  // Before anything else of the same turn.
  counter = setImmediate(countTurns);
});

afterEach(() => {
  clearImmediate(counter);
  vi.restoreAllMocks();
});

/** Runs one worker per name at the same time, and returns which of them worked in each turn. */
async function work(names: string, pieces: number, pieceMillis: number): Promise<string> {
  const budget = new EventLoopBudget(sliceMillis);
  const byTurn: string[] = [];
  const workers = names.split('').map(async (name) => {
    await budget.nextTurn();
    for (let piece = 0; piece < pieces; piece += 1) {
      byTurn[turn] = `${byTurn[turn] ?? ''}${name}`;
      now += pieceMillis;
      // Like work on more than one promise.
      await Promise.resolve();
      if (budget.isSpent && piece < pieces - 1) await budget.nextTurn();
    }
  });
  await Promise.all(workers);
  return byTurn.filter((done) => done !== undefined).join(' ');
}

describe('simultaneous work', () => {
  test('is one piece per turn when a piece uses up the slice, and workers take turns', async () => {
    expect(await work('abcde', 3, sliceMillis)).toEqual('a b c d e a b c d e a b c d e');
    expect(await work('abc', 2, 7 * sliceMillis)).toEqual('a b c a b c');
  });

  test('is as many short pieces as fit a slice', async () => {
    expect(await work('abcdefgh', 1, sliceMillis / 4)).toEqual('abcd efgh');
    expect(await work('abcde', 1, sliceMillis / 5)).toEqual('abcde');
    expect(await work('abc', 4, sliceMillis / 2)).toEqual('aa bb cc aa bb cc');
  });

  test('does not wait for others when it is alone', async () => {
    expect(await work('a', 3, sliceMillis)).toEqual('a a a');
    expect(turn).toBe(4);
  });

  test('that begins while Node handles sockets continues after timers had their turn', async () => {
    const budget = new EventLoopBudget(sliceMillis);
    const seen: string[] = [];
    await stat('.');
    setTimeout(() => seen.push('timer'), 1);
    const begin = process.hrtime.bigint();
    while (process.hrtime.bigint() - begin < 2_000_000n);
    await budget.nextTurn();
    seen.push('work');
    expect(seen).toEqual(['timer', 'work']);
  });

  test('continues in a later turn even if the slice of this one is not used up', async () => {
    const budget = new EventLoopBudget(sliceMillis);
    const seen: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await budget.nextTurn();
      seen.push(turn);
    }
    expect(seen).toEqual([2, 3, 4]);
  });
});
