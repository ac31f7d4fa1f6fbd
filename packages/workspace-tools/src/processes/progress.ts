const start = performance.now();

/** Prints a line of progress to stderr, with the seconds since the start. */
export function progress(line: string): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${line}\n`);
}
