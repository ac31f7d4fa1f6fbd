import type {
  ATTR_TRADING_SIGNAL_CONFIDENCE_BAND,
  AttributesOf,
  tradingRiskPositionSize,
} from '@trademeter/semantic-conventions';

/** The confidence of a signal as a band. */
export type ConfidenceBand = AttributesOf<typeof tradingRiskPositionSize>[typeof ATTR_TRADING_SIGNAL_CONFIDENCE_BAND];

/** The lower bounds of the bands, as confidences from 0 to 1. */
export interface ConfidenceBands {
  /** The lowest confidence that is `medium`. */
  readonly medium: number;
  /** The lowest confidence that is `high`. */
  readonly high: number;
}

/** The default bounds: thirds. The conventions leave the bounds to the bot. */
export const defaultConfidenceBands: ConfidenceBands = { medium: 1 / 3, high: 2 / 3 };

/**
 * Returns the band of a confidence.
 *
 * @param confidence from 0 to 1
 * @returns `undefined` for an invalid confidence
 */
export function confidenceBand(
  confidence: number,
  bands: ConfidenceBands = defaultConfidenceBands,
): ConfidenceBand | undefined {
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) return undefined;
  if (confidence >= bands.high) return 'high';
  return confidence >= bands.medium ? 'medium' : 'low';
}
