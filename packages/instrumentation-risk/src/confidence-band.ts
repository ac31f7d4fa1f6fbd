import type {
  ATTR_TRADING_SIGNAL_CONFIDENCE_BAND,
  AttributesOf,
  tradingRiskPositionSize,
} from '@trademeter/semantic-conventions';

/** How sure the signal behind a position was. */
export type ConfidenceBand = AttributesOf<typeof tradingRiskPositionSize>[typeof ATTR_TRADING_SIGNAL_CONFIDENCE_BAND];

/** Where the bands begin, as confidences from 0 to 1. */
export interface ConfidenceBands {
  /** The lowest confidence that is `medium`. */
  readonly medium: number;
  /** The lowest confidence that is `high`. */
  readonly high: number;
}

/** Thirds: the conventions leave the bounds to the bot. */
export const defaultConfidenceBands: ConfidenceBands = { medium: 1 / 3, high: 2 / 3 };

/**
 * The band that a confidence lies in.
 *
 * @param confidence from 0 to 1
 * @returns `undefined` for what is no such number
 */
export function confidenceBand(
  confidence: number,
  bands: ConfidenceBands = defaultConfidenceBands,
): ConfidenceBand | undefined {
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) return undefined;
  if (confidence >= bands.high) return 'high';
  return confidence >= bands.medium ? 'medium' : 'low';
}
