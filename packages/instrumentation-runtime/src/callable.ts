import type { Meter } from '@trademeter/instrumentation';

/** Whether it can be called. What cannot is told and counted as dropped under this metric's name. */
export function isCallable(meter: Meter, metric: string, fn: unknown): fn is (...args: never[]) => unknown {
  if (typeof fn === 'function') return true;
  meter.attempt(metric, () => {
    throw new TypeError('a function is needed');
  });
  return false;
}
