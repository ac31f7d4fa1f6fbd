import type { RecordingName } from './recording-cost.ts';
import type { Results } from './results.ts';

/** A target and what a run has measured. */
export interface TargetResult {
  readonly work: string;
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** A figure of one library. */
interface Figure {
  readonly peer: string;
  readonly value: number;
}

/** The targets of the measured parts, in the order of docs/performance.md. */
export function compareWithTargets(results: Results): TargetResult[] {
  const { recordings, largeScrapes, smallScrapes, freshScrapes, pushes, seriesMemory, processMemory, starts } = results;
  return [
    ...(recordings === undefined
      ? []
      : [
          recordingTarget(recordings, 'boundAdd', 'bound counter add', 40, 0),
          recordingTarget(recordings, 'boundRecord', 'bound histogram record, 15 boundaries', 18, 0),
          recordingTarget(recordings, 'add', 'counter add with 5 attributes', 3),
          recordingTarget(recordings, 'order', "an order's twelve recordings", 2),
        ]),
    ...(largeScrapes === undefined
      ? []
      : [
          speedTarget('scrape of 165,000 lines, 20 % changed', millisOf(largeScrapes), {
            opentelemetry: 25,
            'prom-client': 12,
            'prometheus-io': 9,
          }),
          stallTarget(largeScrapes),
        ]),
    ...(smallScrapes === undefined
      ? []
      : [
          speedTarget('scrape of 3,300 lines, warm', millisOf(smallScrapes), {
            opentelemetry: 9,
            'prom-client': 6,
            'prometheus-io': 5,
          }),
        ]),
    ...(freshScrapes === undefined
      ? []
      : [
          speedTarget('5th to 12th scrape of a process, 3,300 lines', millisOf(freshScrapes), {
            opentelemetry: 4,
            'prom-client': 2.5,
            'prometheus-io': 2,
          }),
        ]),
    ...(pushes === undefined ? [] : [pushTarget(pushes)]),
    ...(seriesMemory === undefined ? [] : [seriesTarget(seriesMemory)]),
    ...(processMemory === undefined ? [] : [processTarget(processMemory)]),
    ...(starts === undefined ? [] : [startTarget(starts)]),
  ];
}

function recordingTarget(
  recordings: NonNullable<Results['recordings']>,
  name: RecordingName,
  work: string,
  factor: number,
  bytes?: number,
): TargetResult {
  const figures = recordings.flatMap(({ peer, calls }) => {
    const call = calls[name];
    return call === undefined ? [] : { peer, value: call.nanos };
  });
  const own = recordings.find(({ peer }) => peer === 'trademeter')?.calls[name];
  const { fastest, ratio } = againstFastest(figures);
  const allocated = own?.bytes ?? Number.NaN;
  return {
    work,
    target: `${factor}× faster than the fastest peer${bytes === undefined ? '' : `, ${bytes} B`}`,
    measured: `${ratio.toFixed(1)}× ${fastest}, ${allocated} B`,
    isMet: ratio >= factor && (bytes === undefined || allocated <= bytes),
  };
}

function speedTarget(
  work: string,
  figures: readonly Figure[],
  factors: Readonly<Record<string, number>>,
): TargetResult {
  const own = valueOf(figures, 'trademeter');
  const ratios = Object.entries(factors).map(([peer, factor]) => ({
    peer,
    factor,
    ratio: valueOf(figures, peer) / own,
  }));
  return {
    work,
    target: ratios.map(({ peer, factor }) => `${factor}× ${peer}`).join(', '),
    measured: ratios.map(({ ratio }) => `${ratio.toFixed(1)}×`).join(', '),
    isMet: ratios.every(({ ratio, factor }) => ratio >= factor),
  };
}

function stallTarget(scrapes: NonNullable<Results['largeScrapes']>): TargetResult {
  const own = scrapes.find(({ peer }) => peer === 'trademeter');
  const bare = scrapes.find(({ peer }) => peer === 'bare');
  const promClient = scrapes.find(({ peer }) => peer === 'prom-client');
  // In CPU time: while another process has the processor, the loop is not at fault.
  const stall = own?.stallCpuMillis ?? Number.NaN;
  const ratio = (promClient?.stallMillis ?? Number.NaN) / (own?.stallMillis ?? Number.NaN);
  const elapsed = [own, bare].map((each) => (each?.stallWithoutGcMillis ?? Number.NaN).toFixed(1));
  return {
    work: 'its longest stall',
    target: "5 ms of CPU time at most apart from garbage collection, 1/30 of prom-client's",
    measured: `${stall.toFixed(1)} ms, 1/${ratio.toFixed(0)} (elapsed ${elapsed[0]} ms, bare ${elapsed[1]} ms)`,
    isMet: stall <= 5 && ratio >= 30,
  };
}

function pushTarget(pushes: NonNullable<Results['pushes']>): TargetResult {
  const own = pushes.find(({ peer }) => peer === 'trademeter');
  const upstream = pushes.find(({ peer }) => peer === 'opentelemetry');
  if (own === undefined || upstream === undefined) throw new Error('a push has been measured in one library only');
  const ratio = upstream.stallCpuMillis / own.stallCpuMillis;
  const cpu = own.cpuMillis / upstream.cpuMillis;
  const mebibytes = own.largestRequestBytes / 1_048_576;
  const stall = `${own.stallCpuMillis.toFixed(1)} ms, 1/${ratio.toFixed(0)} (elapsed ${own.stallMillis.toFixed(1)} ms)`;
  return {
    work: 'push of 80,000 series',
    target: "stall of 8 ms of CPU time at most, 1/12 of opentelemetry's, half of its CPU, no request above 4 MiB",
    measured: `${stall}, ${cpu.toFixed(2)}, ${mebibytes.toFixed(1)} MiB`,
    isMet: own.stallCpuMillis <= 8 && ratio >= 12 && cpu <= 0.5 && mebibytes <= 4,
  };
}

function seriesTarget(memory: NonNullable<Results['seriesMemory']>): TargetResult {
  const bytes = memory.find(({ peer }) => peer === 'trademeter')?.bytesPerSeries ?? Number.NaN;
  return {
    work: "a counter's series in memory",
    target: '200 B at most',
    measured: `${bytes.toFixed(0)} B`,
    isMet: bytes <= 200,
  };
}

function processTarget(memory: NonNullable<Results['processMemory']>): TargetResult {
  const figures = memory.map(({ peer, residentBytes }) => ({ peer, value: residentBytes }));
  const share = valueOf(figures, 'trademeter') / valueOf(figures, 'prom-client');
  return {
    work: 'a process with 35,000 series in memory',
    target: "below prom-client's",
    measured: `${share.toFixed(2)} of it`,
    isMet: share < 1,
  };
}

function startTarget(starts: NonNullable<Results['starts']>): TargetResult {
  const figures = millisOf(starts);
  const ratio = valueOf(figures, 'trademeter') / valueOf(figures, 'prom-client');
  return {
    work: 'process start to a listening endpoint',
    target: "1.4× prom-client's at most",
    measured: `${ratio.toFixed(2)}×`,
    isMet: ratio <= 1.4,
  };
}

function againstFastest(figures: readonly Figure[]): { readonly fastest: string; readonly ratio: number } {
  const peers = figures.filter(({ peer }) => peer !== 'trademeter').toSorted((a, b) => a.value - b.value);
  const [fastest] = peers;
  return {
    fastest: fastest?.peer ?? '',
    ratio: (fastest?.value ?? Number.NaN) / valueOf(figures, 'trademeter'),
  };
}

function millisOf(figures: readonly { readonly peer: string; readonly millis: number }[]): Figure[] {
  return figures.map(({ peer, millis }) => ({ peer, value: millis }));
}

function valueOf(figures: readonly Figure[], wanted: string): number {
  return figures.find(({ peer }) => peer === wanted)?.value ?? Number.NaN;
}
