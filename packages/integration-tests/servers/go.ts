import { join } from 'node:path';
import { debianDependencies, unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/** The Go release that the Collector's modules require. */
const leastMinor = 25;

/** The path of the `go` command, from Debian sid if the machine has none or an old one. */
export function findGo(): Promise<string> {
  return findProgram({
    title: `Go 1.${leastMinor}`,
    variable: 'TRADEMETER_GO',
    command: 'go',
    versionArgs: ['version'],
    suits: (version) => Number(/go1\.(\d+)/u.exec(version)?.[1] ?? 0) >= leastMinor,
    get: async () => {
      const toolchain = (await debianDependencies('sid', 'golang-go')).find((name) => /^golang-1\.\d+-go$/u.test(name));
      if (toolchain === undefined) throw new Error("Debian sid's golang-go depends on no golang-1.x-go");
      const folder = await unpackDebianPackages('go', 'sid', [toolchain, toolchain.replace(/-go$/u, '-src')]);
      return join(folder, 'usr/lib', toolchain.replace(/^golang-(.+)-go$/u, 'go-$1'), 'bin/go');
    },
    advice: `Install Go 1.${leastMinor} or later`,
  });
}
