/** Runs the rows of a compiled guide one after the other, and prints what a scrape shows of each, as lines of JSON. */
import { pathToFileURL } from 'node:url';

interface Rows {
  readonly telemetry: { readonly endpoints: readonly { readonly url: string }[]; shutdown(): Promise<void> };
  readonly rows: readonly { readonly page: string; readonly line: number; readonly run: () => Promise<void> }[];
}

const { telemetry, rows } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as Rows;

let before = await scrape();
for (const { page, line, run } of rows) {
  await run();
  const after = await scrape();
  const changed = [...after].filter(([series, value]) => before.get(series) !== value).map(([series]) => series);
  process.stdout.write(`${JSON.stringify({ page, line, changed })}\n`);
  before = after;
}
process.exit(0);

async function scrape(): Promise<Map<string, string>> {
  const response = await fetch(telemetry.endpoints[0]?.url ?? '');
  const samples = new Map<string, string>();
  for (const line of (await response.text()).split('\n')) {
    const sample = /^((?:trading|gen_ai)_[^ ]+(?: [^{}"]*)?(?:\{.*\})?) (\S+)$/u.exec(line);
    if (sample !== null) samples.set(sample[1] ?? '', sample[2] ?? '');
  }
  return samples;
}
