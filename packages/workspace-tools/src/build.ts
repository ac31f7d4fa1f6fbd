// `pnpm build`: declarations by tsc, and one JavaScript file for each entry point of a package by esbuild. A process
// that imports our packages loads a tenth of the files that their sources have, and starts in less time.
import { buildPackages } from './packed/build-packages.ts';
import { runProgram } from './program.ts';

await runProgram({
  usage: 'Usage: pnpm build\n\nBuilds the dist folder of every published package.\n',
  read: () => undefined,
  async run() {
    await buildPackages();
    return 0;
  },
});
