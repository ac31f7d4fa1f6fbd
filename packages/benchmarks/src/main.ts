import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { workspaceFolder } from '@trademeter/workspace-tools';
import { measureFreshScrapes, measureProcesses, measureScrapes } from './measure.ts';
import { type BenchmarkOptions, type PartName, readOptions, usage } from './options.ts';
import { performanceDocument, withRun } from './performance-document.ts';
import { measurePushes } from './push.ts';
import { measureRecordings } from './recording-cost.ts';
import { report } from './report.ts';
import type { Results } from './results.ts';
import { linesPerSymbol } from './series.ts';
import { measureSeriesMemory } from './series-memory.ts';
import { measureStarts } from './start-time.ts';
import { compareWithTargets } from './targets.ts';

const largeLines = 165_000;
const smallLines = 3_300;
// 16 series per symbol.
const linesOf35000Series = Math.ceil(35_000 / 16) * linesPerSymbol;

const parts: Readonly<Record<PartName, (repeat: number) => Promise<Results>>> = {
  record: async (repeat) => ({ recordings: await measureRecordings(3 * repeat) }),
  scrape: async (repeat) => ({
    largeScrapes: await measureScrapes(largeLines, 11 * repeat),
    smallScrapes: await measureScrapes(smallLines, 15 * repeat, 4),
  }),
  fresh: async (repeat) => ({ freshScrapes: await measureFreshScrapes(smallLines, 3 * repeat) }),
  push: async (repeat) => ({ pushes: await measurePushes(7 * repeat) }),
  memory: async () => ({
    seriesMemory: await measureSeriesMemory(),
    processMemory: await measureProcesses(linesOf35000Series),
  }),
  start: async (repeat) => ({ starts: await measureStarts(9 * repeat) }),
};

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

async function run({ parts: chosen, repeat, json, write }: BenchmarkOptions): Promise<void> {
  let results: Results = {};
  for (const [index, part] of chosen.entries()) {
    const start = performance.now();
    process.stderr.write(`[${index + 1}/${chosen.length}] ${part} …`);
    results = { ...results, ...(await parts[part](repeat)) };
    process.stderr.write(` ${Math.round((performance.now() - start) / 1_000)} s\n`);
  }
  const machine = `Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model} (${arch()})`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ machine, ...results, targets: compareWithTargets(results) }, null, 2)}\n`
      : `${machine}\n\n${report(results)}`,
  );
  if (!write) return;
  const path = join(workspaceFolder, performanceDocument);
  // `--write` comes with all parts
  await writeFile(path, withRun(await readFile(path, 'utf8'), machine, results as Required<Results>));
}
