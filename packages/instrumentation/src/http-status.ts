/**
 * The HTTP status of something that was thrown or answered, wherever its library has put it: `status`, `statusCode`,
 * `code`, or the `status` of its `response`. Never throws.
 */
export function httpStatusOf(answer: unknown): number | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  try {
    const { status, statusCode, code, response } = answer as Record<string, unknown>;
    const ofResponse =
      typeof response === 'object' && response !== null ? (response as { status?: unknown }).status : undefined;
    return [status, statusCode, code, ofResponse].find(isHttpStatus);
  } catch {
    return undefined;
  }
}

/** Whether it is a number that HTTP has for statuses: 100 to 599. */
export function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}
