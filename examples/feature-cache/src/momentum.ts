/** Change of the price over the last `days` days, as a fraction. */
export function momentum(closes: readonly number[], days: number): number {
  const last = closes.at(-1) ?? Number.NaN;
  const before = closes.at(-1 - days) ?? Number.NaN;
  return last / before - 1;
}
