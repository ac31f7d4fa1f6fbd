import { resolve } from 'node:path';

/** `--env entry=… --env output=… --env format=esm|cjs` */
export default ({ entry, output, format }) => ({
  mode: 'production',
  target: 'node22',
  context: resolve('.'),
  entry,
  experiments: { outputModule: format === 'esm' },
  output: {
    path: output,
    filename: format === 'esm' ? 'bot.mjs' : 'bot.cjs',
    chunkFormat: format === 'esm' ? 'module' : 'commonjs',
    ...(format === 'esm' ? { library: { type: 'module' } } : {}),
  },
});
