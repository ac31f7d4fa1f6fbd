import { megabytes, millis, nanos } from './figure-texts.ts';
import { type RecordingName, recordingNames } from './recording-cost.ts';
import type { Results } from './results.ts';
import { compareWithTargets } from './targets.ts';

/** What a recording is called. */
export const workOf: Readonly<Record<RecordingName, string>> = {
  boundAdd: 'bound counter add',
  boundRecord: 'bound histogram record',
  add: 'counter add, 5 attributes',
  order: 'order, 12 recordings',
};

/** All results as tables, and the targets. */
export function report(results: Results): string {
  const { recordings, largeScrapes, smallScrapes, freshScrapes, pushes, seriesMemory, processMemory, starts } = results;
  return [
    recordings &&
      section('recording, nanoseconds and bytes allocated per call', [
        ['', ...recordingNames.map((name) => workOf[name])],
        ...recordings.map(({ peer, calls }) => [
          peer,
          ...recordingNames.map((name) => {
            const call = calls[name];
            return call === undefined ? '–' : `${nanos(call.nanos)} ${String(call.bytes).padStart(6)} B`;
          }),
        ]),
      ]),
    largeScrapes && scrapeSection('scrape of 165,000 lines, 20 % changed', largeScrapes),
    smallScrapes && scrapeSection('scrape of 3,300 lines, 20 % changed', smallScrapes),
    freshScrapes &&
      section('5th to 12th scrape of a process, 3,300 lines, a new connection each', [
        ['', 'median'],
        ...freshScrapes.map((each) => [each.peer, millis(each.millis)]),
      ]),
    pushes &&
      section('push of 80,000 series over OTLP', [
        ['', 'time', 'longest stall', 'in CPU time', 'worst stall', 'CPU time', 'requests', 'largest'],
        ...pushes.map((each) => [
          each.peer,
          millis(each.millis),
          millis(each.stallMillis),
          millis(each.stallCpuMillis),
          millis(each.worstStallMillis),
          millis(each.cpuMillis),
          String(each.requests),
          megabytes(each.largestRequestBytes),
        ]),
      ]),
    seriesMemory &&
      section("a counter's series in memory", [
        ['', 'per series'],
        ...seriesMemory.map(({ peer, bytesPerSeries }) => [peer, `${bytesPerSeries.toFixed(0)} B`]),
      ]),
    processMemory &&
      section(`a process with ${processMemory[0]?.series ?? 0} series, scraped`, [
        ['', 'resident'],
        ...processMemory.map(({ peer, residentBytes }) => [peer, megabytes(residentBytes)]),
      ]),
    starts &&
      section('process start to a listening endpoint', [
        ['', 'median'],
        ...starts.map((each) => [each.peer, millis(each.millis)]),
      ]),
    section('targets', targetRows(results)),
  ]
    .filter((each) => each !== undefined)
    .join('\n');
}

function scrapeSection(title: string, scrapes: NonNullable<Results['largeScrapes']>): string {
  return section(title, [
    ['', 'time', 'first of a turn', 'longest stall', 'without GC', 'in CPU time', 'worst stall', 'text'],
    ...scrapes.map((each) => [
      each.peer,
      millis(each.millis),
      millis(each.firstMillis),
      millis(each.stallMillis),
      millis(each.stallWithoutGcMillis),
      millis(each.stallCpuMillis),
      millis(each.worstStallMillis),
      megabytes(each.bytes),
    ]),
  ]);
}

/** The targets and what the run has measured, below a head. */
export function targetRows(results: Results): string[][] {
  const rows = compareWithTargets(results);
  return [
    ['', 'target', 'this run', ''],
    ...rows.map(({ work, target, measured, isMet }) => [work, target, measured, isMet ? 'met' : 'missed']),
  ];
}

/** A title and columns: the first left-aligned, all others right-aligned. */
function section(title: string, rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${title}\n${lines.join('\n')}\n`;
}
