import type { Timing } from '@trademeter/instrumentation';

/** A feature that is calculated, such as a moving average. Only what the given function throws reaches the caller. */
export interface Feature extends Timing {
  readonly name: string;
}
