import type { BoundSum, Meter } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_KILL_SWITCH_STATE,
  type AttributesOf,
  METRIC_TRADING_KILL_SWITCH_STATUS,
  tradingKillSwitchStatus,
} from '@trademeter/semantic-conventions';

/** `active`: all trading is stopped. `inactive`: trading is allowed. */
export type KillSwitchState = AttributesOf<typeof tradingKillSwitchStatus>[typeof ATTR_TRADING_KILL_SWITCH_STATE];

/** Records the state of the switch that stops all trading. No verb throws. */
export interface KillSwitch {
  /** The current state. */
  readonly state: KillSwitchState;
  /** Reports that trading stops. Counts an activation, unless it is active already. */
  activate(): void;
  /** Reports that trading is allowed again. */
  deactivate(): void;
  /** Sets the state, for a switch that is polled. */
  set(state: KillSwitchState): void;
  /** Restores the state from before a restart, without counting an activation. */
  restore(saved: { readonly state: KillSwitchState }): void;
}

interface KillSwitchParts {
  readonly meter: Meter;
  readonly report: (state: KillSwitchState) => void;
  readonly activations: BoundSum;
}

export function createKillSwitch({ meter, report, activations }: KillSwitchParts): KillSwitch {
  let state: KillSwitchState = 'inactive';

  function enter(given: KillSwitchState, counts: boolean): void {
    const next = meter.attribute(tradingKillSwitchStatus, ATTR_TRADING_KILL_SWITCH_STATE, given);
    if (next === undefined || next === state) return;
    state = next;
    if (counts && next === 'active') activations.add();
    report(next);
  }

  const set = (next: KillSwitchState): void => {
    meter.attempt(METRIC_TRADING_KILL_SWITCH_STATUS, () => enter(next, true));
  };

  report(state);
  return {
    get state() {
      return state;
    },
    activate: () => set('active'),
    deactivate: () => set('inactive'),
    set,
    restore(saved) {
      meter.attempt(METRIC_TRADING_KILL_SWITCH_STATUS, () => enter(saved.state, false));
    },
  };
}
