import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProfiledName, profiledNames, profileWorks } from './profile-works.ts';

const usage = `Usage: pnpm bench:profile ${profiledNames.join('|')}

Writes a CPU profile of trademeter alone, for a browser's developer tools, and prints the functions that took longest:
  record   bound and unbound recordings and whole orders, for eight seconds
  scrape   scrapes of 165,000 lines, a fifth of the series changed before each, for eight seconds
  push     pushes of 80,000 series over OTLP, for eight seconds
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [what] = args;
  if (what === '--help') {
    process.stdout.write(usage);
    return 0;
  }
  const name = profiledNames.find((each) => each === what);
  if (name === undefined || args.length > 1) {
    process.stderr.write(
      `what to profile must be one of ${profiledNames.join(', ')}, got "${args.join(' ')}"\n\n${usage}`,
    );
    return 2;
  }
  await profile(name);
  return 0;
}

async function profile(name: ProfiledName): Promise<void> {
  const folder = join(import.meta.dirname, '../.cache');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.cpuprofile`);
  process.stderr.write(`profiling ${name} …\n`);
  await profileWorks[name](path);
  process.stdout.write(`\nwritten to ${path}\n`);
}
