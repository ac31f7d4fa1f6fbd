import { markdownTable, withWrittenParts } from '@trademeter/workspace-tools';
import { megabytes, millis, nanos } from './figure-texts.ts';
import { peerNames, scrapedNames } from './peer-names.ts';
import { type CallCost, recordingNames } from './recording-cost.ts';
import { targetRows, workOf } from './report.ts';
import type { Results } from './results.ts';

/** The document that quotes a run. */
export const performanceDocument = 'docs/performance.md';

/**
 * The document with the figures of another run.
 *
 * @param machine the first line of the run's report
 * @throws {SourceError} if a part of the document has no end
 */
export function withRun(document: string, machine: string, results: Required<Results>): string {
  const tables = [
    ['Recordings, per call:', recordingTable(results)],
    ['Scrapes, after 20 % of the series changed:', scrapeTable(results)],
    ['Pushes and memory:', pushTable(results)],
    ['From the start of the process to a listening endpoint:', startTable(results)],
    ['Targets:', markdownTable(targetRows(results))],
  ].map(([title, table = '']) => `${title}\n\n${table.trim()}`);
  const write = (source: string): string =>
    source === 'the figures of a run' ? gains(results) : [machine, ...tables].join('\n\n');
  return withWrittenParts(performanceDocument, document, write, 'pnpm bench --write');
}

/** What a bot gains, in sentences. */
function gains({ recordings, largeScrapes, smallScrapes, pushes, processMemory, starts }: Required<Results>): string {
  const fastest = (name: 'boundAdd' | 'order'): CallCost =>
    recordings
      .flatMap(({ peer, calls }) => (peer === 'trademeter' ? [] : (calls[name] ?? [])))
      .toSorted((a, b) => a.nanos - b.nanos)[0] ?? missing(`other ${name}`);
  const { boundAdd = missing('bound add'), order = missing('order') } = of(recordings, 'trademeter').calls;
  const scrapeMillis = (scrapes: Results['largeScrapes'], digits: number) =>
    `**${of(scrapes, 'trademeter').millis.toFixed(digits)} ms**, where prom-client takes ${of(scrapes, 'prom-client').millis.toFixed(digits)} ms`;
  const stallMillis = (peer: string) => of(largeScrapes, peer).stallMillis.toFixed(1);
  const resident = (peer: string) => (of(processMemory, peer).residentBytes / 1e6).toFixed(0);
  const startMillis = (peer: string) => of(starts, peer).millis.toFixed(0);
  return [
    `A bound counter takes **${boundAdd.nanos.toFixed(0)} ns** to add to, and allocates ${boundAdd.bytes} bytes. The fastest other client takes ${fastest('boundAdd').nanos.toFixed(0)} ns.`,
    `A whole order, from \`place\` to \`fill\`, takes **${micros(order.nanos)}**, checks and clocks included. The fastest other client takes ${micros(fastest('order').nanos)} for its twelve recordings alone.`,
    `A scrape of 3,300 lines takes ${scrapeMillis(smallScrapes, 1)}; one of 165,000 lines ${scrapeMillis(largeScrapes, 0)}.`,
    `While 165,000 lines are scraped, the event loop stands still for at most **${stallMillis('trademeter')} ms**; with prom-client for ${stallMillis('prom-client')} ms. While 80,000 series are pushed, for ${of(pushes, 'trademeter').stallMillis.toFixed(1)} ms.`,
    `A process with 35,000 series takes **${resident('trademeter')} MB**, with prom-client ${resident('prom-client')} MB. Its endpoint listens ${startMillis('trademeter')} ms after the process has started, prom-client's after ${startMillis('prom-client')} ms.`,
  ]
    .map((sentence) => `- ${sentence}`)
    .join('\n');
}

function recordingTable({ recordings }: Required<Results>): string {
  const costOf = (call: CallCost | undefined) => call && `${nanos(call.nanos)}, ${call.bytes} B`;
  const columns = recordingNames.map((name): Column => {
    return [workOf[name], (peer) => costOf(find(recordings, peer)?.calls[name])];
  });
  return peerTable(peerNames, columns);
}

function scrapeTable({ largeScrapes, smallScrapes, freshScrapes }: Required<Results>): string {
  return peerTable(scrapedNames, [
    ['165,000 lines', (peer) => millisOf(find(largeScrapes, peer)?.millis)],
    ['longest stall', (peer) => millisOf(find(largeScrapes, peer)?.stallMillis)],
    ['3,300 lines', (peer) => millisOf(find(smallScrapes, peer)?.millis)],
    ['first of a turn', (peer) => millisOf(find(smallScrapes, peer)?.firstMillis)],
    ['5th to 12th scrape', (peer) => millisOf(find(freshScrapes, peer)?.millis)],
  ]);
}

function pushTable({ pushes, seriesMemory, processMemory }: Required<Results>): string {
  const bytesOf = (bytes: number | undefined) => bytes && `${bytes.toFixed(0)} B`;
  const residentOf = (bytes: number | undefined) => bytes && megabytes(bytes);
  return peerTable(peerNames, [
    ['push of 80,000 series', (peer) => millisOf(find(pushes, peer)?.millis)],
    ['longest stall', (peer) => millisOf(find(pushes, peer)?.stallMillis)],
    ['CPU time', (peer) => millisOf(find(pushes, peer)?.cpuMillis)],
    ["a counter's series", (peer) => bytesOf(find(seriesMemory, peer)?.bytesPerSeries)],
    ['35,000 series', (peer) => residentOf(find(processMemory, peer)?.residentBytes)],
  ]);
}

function startTable({ starts }: Required<Results>): string {
  return markdownTable([['', 'time'], ...starts.map(({ peer, millis: after }) => [peer, millis(after)])]);
}

/** A title, and the figure of a library, if it has one. */
type Column = readonly [title: string, figureOf: (peer: string) => string | number | undefined];

function peerTable(peers: readonly string[], columns: readonly Column[]): string {
  return markdownTable([
    ['', ...columns.map(([title]) => title)],
    ...peers.map((peer) => [peer, ...columns.map(([, figureOf]) => String(figureOf(peer) ?? '–'))]),
  ]);
}

function find<T extends { readonly peer: string }>(measured: readonly T[], peer: string): T | undefined {
  return measured.find((each) => each.peer === peer);
}

function of<T extends { readonly peer: string }>(measured: readonly T[] | undefined, peer: string): T {
  return find(measured ?? [], peer) ?? missing(peer);
}

function missing(what: string): never {
  throw new Error(`the run has no ${what}`);
}

function millisOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : millis(value);
}

function micros(nanoseconds: number): string {
  return `${(nanoseconds / 1_000).toFixed(1)} µs`;
}
