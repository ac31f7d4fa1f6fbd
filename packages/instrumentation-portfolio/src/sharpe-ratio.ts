/** A smaller deviation is a rounding error of equal returns. */
const noDeviation = 1e-12;

/**
 * Computes the Sharpe ratio of daily returns, without a risk-free rate: mean / sample standard deviation (n − 1) ×
 * √annualization.
 *
 * @param annualization days in a year: 252 for stock exchanges, 365 for markets that never close, 1 for a ratio that is
 *   not annualized
 * @returns `undefined` for fewer than two returns, and for returns without deviation
 */
export function sharpeRatio(dailyReturns: readonly number[], annualization: number): number | undefined {
  const count = dailyReturns.length;
  if (count < 2) return undefined;
  const mean = dailyReturns.reduce((sum, each) => sum + each, 0) / count;
  const squares = dailyReturns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation < noDeviation ? undefined : (mean / deviation) * Math.sqrt(annualization);
}
