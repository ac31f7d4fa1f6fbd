import { diag } from '@opentelemetry/api';

/** Tells the user through OpenTelemetry's `diag`. Never throws, whatever logger the user gave it. */
export function warn(message: string, ...details: readonly unknown[]): void {
  try {
    diag.warn(message, ...details);
  } catch {
    // A logger that throws cannot be told of it.
  }
}
