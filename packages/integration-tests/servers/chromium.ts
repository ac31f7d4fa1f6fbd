import { globSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { missingDebianPackages, unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/** The path of a Chromium that runs on this machine. */
export function findChromium(): Promise<string> {
  return findProgram({
    title: 'Chromium',
    variable: 'TRADEMETER_CHROMIUM',
    command: '/usr/bin/chromium',
    versionArgs: ['--version', '--no-sandbox'],
    suits: (version) => /Chrom/u.test(version),
    get: unpackChromium,
    advice: "Install Debian's package chromium",
  });
}

async function unpackChromium(): Promise<string> {
  const packages = await missingDebianPackages('bookworm', 'chromium');
  const folder = await unpackDebianPackages('chromium', 'bookworm', packages);
  const libraries = globSync(join(folder, '{usr/lib,lib}/*-linux-gnu{,/nss}')).join(':');
  const script = join(folder, 'chromium');
  const fonts = `XDG_DATA_DIRS='${folder}/usr/share:/usr/share'`;
  const program = join(folder, 'usr/lib/chromium/chromium');
  await writeFile(script, `#!/bin/sh\nexec env LD_LIBRARY_PATH='${libraries}' ${fonts} '${program}' "$@"\n`);
  await chmod(script, 0o755);
  return script;
}

/** Starts a headless Chromium that sends no requests of its own. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
