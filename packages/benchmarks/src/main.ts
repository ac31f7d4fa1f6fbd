import { parseArgs } from 'node:util';
import { measure, type Measurement } from './measure.ts';
import { peerNames } from './scraped.ts';
import { scrapeTables } from './tables.ts';

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

const measurements: Measurement[] = [];
for (const lines of options.lines.split(',').map(Number)) {
  for (const peer of peerNames.filter((name) => options.peers.split(',').includes(name))) {
    process.stderr.write(`${peer} at ${lines} lines …\n`);
    measurements.push(await measure(peer, lines, Number(options.rounds)));
  }
}
process.stdout.write(options.json ? `${JSON.stringify({ measurements }, null, 2)}\n` : scrapeTables(measurements));
