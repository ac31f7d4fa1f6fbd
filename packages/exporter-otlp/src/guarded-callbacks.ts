import { describeError } from '@trademeter/config';
import type { ExportObserver } from './export-observer.ts';
import { log } from './log.ts';

type Hint = (error: unknown) => string;
type Warn = (message: string) => void;

/** A hint that never throws. The default has no advice. */
export function guardedHint(hint: Hint = () => ''): Hint {
  return (error) => {
    try {
      return hint(error);
    } catch (thrown) {
      logThrown('hint', thrown);
      return '';
    }
  };
}

/** A logging function that never throws; if it fails, the message goes to OpenTelemetry's `diag`. */
export function guardedWarn(warn: Warn): Warn {
  return (message) => {
    try {
      const returned: unknown = warn(message);
      if (returned instanceof Promise) returned.catch((error: unknown) => logThrown('warn', error));
    } catch (thrown) {
      logThrown('warn', thrown);
      log.warn(message);
    }
  };
}

/** An observer that never throws. */
export function guardedObserver(observer: ExportObserver | undefined): Required<ExportObserver> {
  return {
    begin(dataPoints) {
      try {
        const end = observer?.begin(dataPoints);
        return (result) => {
          try {
            end?.(result);
          } catch (thrown) {
            logThrown('observer', thrown);
          }
        };
      } catch (thrown) {
        logThrown('observer', thrown);
        return () => {};
      }
    },
    drop(dataPoints) {
      try {
        observer?.drop?.(dataPoints);
      } catch (thrown) {
        logThrown('observer', thrown);
      }
    },
  };
}

function logThrown(option: string, thrown: unknown): void {
  log.warnOnce(`${option} threw ${describeError(thrown)}. Exports continue. Logged once.`, option);
}
