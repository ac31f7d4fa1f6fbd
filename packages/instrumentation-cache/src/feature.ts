import type { Timing } from '@trademeter/instrumentation';

/**
 * Times the calculation of a feature, such as a moving average. Only errors of the passed function reach the caller.
 */
export interface Feature extends Timing {
  readonly name: string;
}
