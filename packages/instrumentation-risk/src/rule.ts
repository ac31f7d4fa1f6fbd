import { type BoundSum, type Meter, type Settled, whenSettled } from '@trademeter/instrumentation';
import { METRIC_TRADING_RULE_CHECKS } from '@trademeter/semantic-conventions';

/** Records the checks of one risk rule. */
export interface Rule {
  readonly name: string;
  /**
   * Runs the rule once and counts the result: `true` is a pass. An error reaches the caller unchanged, and counts as
   * neither a pass nor a failure.
   *
   * @returns what `fn` returns, so that it can be used in an `if`; a thenable as a promise
   */
  check<R extends boolean | PromiseLike<boolean>>(fn: () => R): Settled<R>;
  /** Counts a known result: `true` is a pass. Never throws. @returns the result, so that it can be used in an `if` */
  check(passed: boolean): boolean;
}

interface RuleParts {
  readonly meter: Meter;
  readonly passes: BoundSum;
  readonly failures: BoundSum;
}

export function createRule(name: string, { meter, passes, failures }: RuleParts): Rule {
  function count(passed: unknown): void {
    meter.attempt(METRIC_TRADING_RULE_CHECKS, () => {
      if (typeof passed !== 'boolean') throw new TypeError('the result of a rule must be true or false');
      (passed ? passes : failures).add();
    });
  }

  function check(rule: unknown): unknown {
    if (typeof rule === 'function') {
      return whenSettled(rule as () => unknown, (failure, passed) => {
        if (failure === undefined) count(passed);
      });
    }
    count(rule);
    return rule;
  }

  return { name, check: check as Rule['check'] };
}
