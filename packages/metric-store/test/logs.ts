import { DiagLogLevel, diag } from '@opentelemetry/api';

/** What is logged from now on, until `diag.disable()`. */
export function listenToLogs(): string[] {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
  };
  diag.setLogger(
    { error: note, warn: note, info: note, debug: note, verbose: note },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return lines;
}
