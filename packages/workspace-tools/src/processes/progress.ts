const start = performance.now();

/** Prints one line of progress on stderr, with the seconds since the start: what runs may take minutes. */
export function progress(line: string): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${line}\n`);
}
