import type { AlertChannel, AlertOptions } from '@trademeter/alerts';

/** The contents of a stack. */
export interface StackOptions {
  readonly alerts: AlertOptions;
  /** Where alerts are sent; with none, they are only shown. */
  readonly channels: readonly AlertChannel[];
  /** Whether an external service is notified that alerts are evaluated, so that it can raise the alarm otherwise. */
  readonly deadMansSwitch: boolean;
  /** The clone of this repository to build the demo bot from, relative to compose.yaml. */
  readonly clone: string | undefined;
}
