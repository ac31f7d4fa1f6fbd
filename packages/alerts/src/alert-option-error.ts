/** A wrong option of the rules. */
export class AlertOptionError extends Error {
  override readonly name = 'AlertOptionError';
  /** Stable, for programs. */
  readonly code = 'ERR_TRADEMETER_OPTION';
  readonly option: string;
  readonly value: unknown;

  constructor(problem: string, option: string, value: unknown) {
    super(`[trademeter/alerts] ${problem}`);
    this.option = option;
    this.value = value;
  }
}

/** The error for an option that is not what is allowed: `drawdown must be a number from 0.0001 to 1, got "abc"`. */
export function notAllowed(option: string, allowed: string, value: unknown): AlertOptionError {
  return new AlertOptionError(`${option} must be ${allowed}, got ${describe(value)}`, option, value);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value) ?? typeof value;
}
