/** Numbers from 0 to 1, equal for equal seeds (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Daily closes of an invented symbol. */
export function walkPrices(days: number, random: () => number): number[] {
  let price = 100;
  return Array.from({ length: days }, () => {
    price *= 1 + (random() - 0.5) / 25;
    return price;
  });
}
