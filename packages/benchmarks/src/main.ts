import { arch, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Measurement, measure } from './measure.ts';
import { peerNames } from './peer-names.ts';
import { measureRecording, type RecordingCost } from './recording-cost.ts';
import { recordingTable, scrapeTables } from './tables.ts';

const { values: options } = parseArgs({
  options: {
    lines: { type: 'string', default: '3300,33000,165000' },
    peers: { type: 'string', default: peerNames.join(',') },
    rounds: { type: 'string', default: '31' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  process.stdout.write(
    'pnpm bench [--lines 3300,33000,165000] [--peers trademeter,opentelemetry,…] [--rounds 31] [--json]\n',
  );
  process.exit();
}

const peers = peerNames.filter((name) => options.peers.split(',').includes(name));
const scrapes: Measurement[] = [];
for (const lines of options.lines
  .split(',')
  .filter((text) => text !== '')
  .map(Number)) {
  for (const peer of peers) {
    process.stderr.write(`scraping ${peer}, ${lines} lines …\n`);
    scrapes.push(await measure(peer, lines, Number(options.rounds)));
  }
}
const recordings: RecordingCost[] = [];
for (const peer of peers) {
  process.stderr.write(`recording with ${peer} …\n`);
  recordings.push(await measureRecording(peer));
}
const machine = `Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model} (${arch()})`;
process.stdout.write(
  options.json
    ? `${JSON.stringify({ machine, scrapes, recordings }, null, 2)}\n`
    : `${machine}\n\n${scrapeTables(scrapes)}\n${recordingTable(recordings)}`,
);
