import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const [compressBrotli, compressGzip] = [promisify(brotliCompress), promisify(gzip)];

/** A file of the page in memory, in all codings. */
export interface Asset {
  readonly contentType: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** The source folders that browsers load as they are. */
const folders = ['page', 'charts', 'data', 'exposition', 'panels'];
const sources = new URL('../../src/', import.meta.url);

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads and compresses the page's files off the event loop.
 *
 * @returns assets by their path in `src`: `page/index.html`
 */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(new URL(`${folder}/`, sources), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && contentTypes[extname(entry.name)] !== undefined)
        .map((entry) => relative(fileURLToPath(sources), join(entry.parentPath, entry.name)).split(sep).join('/'));
    }),
  );
  const paths = lists.flat();
  const files = await Promise.all(paths.map(async (path) => [path, await readFile(new URL(path, sources))] as const));
  const modules = paths.filter((path) => extname(path) === '.js' && path !== 'page/main.js');
  return new Map(
    await Promise.all(
      files.map(async ([path, file]) => {
        return [path, await makeAsset(path, extname(path) === '.html' ? withPreloads(file, modules) : file)] as const;
      }),
    ),
  );
}

/** Without preloads, a browser requests a module only after it has read the importing one. */
function withPreloads(html: Buffer, modules: readonly string[]): Buffer {
  const links = modules.map((path) => `<link rel="modulepreload" href="view/${path}">`);
  return Buffer.from(html.toString().replace('<!-- modulepreload -->', links.join('\n    ')));
}

async function makeAsset(path: string, plain: Buffer): Promise<Asset> {
  const [br, gz] = await Promise.all([
    compressBrotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    compressGzip(plain, { level: 9 }),
  ]);
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    br,
    gzip: gz,
  };
}
