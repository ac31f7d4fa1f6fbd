import type { AlertChannel, AlertOptions } from '@trademeter/alerts';

/** What a stack is made of. */
export interface StackOptions {
  readonly alerts: AlertOptions;
  /** Where people are notified; with none, alerts are only shown. */
  readonly channels: readonly AlertChannel[];
  /** Whether a service outside is told that alerts are evaluated, so that it can notify when it hears nothing. */
  readonly deadMansSwitch: boolean;
  /** The clone of this repository that the demo bot is built from, as compose.yaml reaches it; none without one. */
  readonly clone: string | undefined;
}
