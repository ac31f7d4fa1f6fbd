import { getSystemErrorMap } from 'node:util';
import { ConfigurationError } from '@trademeter/config';

/** An error whose message is all a user needs: it is printed on one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode: 1 | 2;

  /** @param exitCode 2 when the command line is wrong */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The exit code of a failed command: 2 when the command line is wrong. */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (error instanceof UsageError) return error.exitCode;
  return error instanceof ConfigurationError ? 2 : 1;
}

/** One line for an error that the user can fix; the stack for any other. */
export function describeFailure(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigurationError) return error.message;
  if (isSystemError(error)) {
    const where = error.path ?? error.address;
    return `${where === undefined ? '' : `${where}: `}${getSystemErrorMap().get(error.errno)?.[1] ?? error.message} (${error.code})`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

interface SystemError extends NodeJS.ErrnoException {
  readonly errno: number;
  readonly code: string;
  readonly address?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && typeof (error as SystemError).errno === 'number' && (error as SystemError).errno < 0;
}
