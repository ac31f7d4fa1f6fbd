/** What is left of equal returns by floating point; no market moves so little. */
const noDeviation = 1e-12;

/**
 * The Sharpe ratio of daily returns, without a risk-free rate: their mean over their sample standard deviation (n − 1),
 * times √annualization.
 *
 * @param annualization how many such days make a year: 252 for stock exchanges, 365 for what never closes, 1 for a ratio
 *   that is not annualized
 * @returns `undefined` for fewer than two returns, and for returns that do not deviate
 */
export function sharpeRatio(dailyReturns: readonly number[], annualization: number): number | undefined {
  const count = dailyReturns.length;
  if (count < 2) return undefined;
  const mean = dailyReturns.reduce((sum, each) => sum + each, 0) / count;
  const squares = dailyReturns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation < noDeviation ? undefined : (mean / deviation) * Math.sqrt(annualization);
}
