import { arch, cpus } from 'node:os';
import { type Measurement, measure } from './measure.ts';
import { type BenchmarkOptions, readOptions, usage } from './options.ts';
import { peerNames } from './peer-names.ts';
import { compareRecordings, compareScrapes } from './ratios.ts';
import { measureRecordings } from './recording-cost.ts';
import { recordingTable, scrapeTables } from './tables.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  let options: BenchmarkOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help) process.stdout.write(usage);
  else await run(options);
  return 0;
}

async function run({ lines: sizes, peers, rounds, json }: BenchmarkOptions): Promise<void> {
  const scrapes: Measurement[] = [];
  for (const lines of sizes) {
    process.stderr.write(`scraping ${peers.join(', ')} in turn, ${lines} lines …\n`);
    scrapes.push(...(await measure(peers, lines, rounds)));
  }
  const recording = peerNames.filter((name) => peers.includes(name));
  if (recording.length > 0) process.stderr.write(`recording with ${recording.join(', ')} in turn …\n`);
  const recordings = await measureRecordings(recording);
  const compared = { scrapes: compareScrapes(scrapes), recordings: compareRecordings(recordings) };
  const machine = `Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model} (${arch()})`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ machine, ...compared }, null, 2)}\n`
      : `${machine}\n\n${scrapeTables(compared.scrapes)}\n${recordingTable(compared.recordings)}`,
  );
}
