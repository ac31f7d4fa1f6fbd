import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PackedPackage } from './packed-packages.ts';

/** An npm registry on loopback with only the packed packages, for `--@trademeter:registry`. */
export class PackedRegistry implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(packages: readonly PackedPackage[]): Promise<PackedRegistry> {
    const tarballs = new Map(packages.map(({ shortName, tarball }) => [`/${shortName}.tgz`, readFileSync(tarball)]));
    const byName = new Map(packages.map((each) => [each.manifest.name, each]));
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '').replace(/\?.*$/u, '');
      const tarball = tarballs.get(path);
      const named = byName.get(path.slice(1));
      if (tarball !== undefined) {
        response.setHeader('content-type', 'application/octet-stream').end(tarball);
      } else if (named !== undefined) {
        const url = `http://${request.headers.host}/${named.shortName}.tgz`;
        const document = packument(named, url, tarballs.get(`/${named.shortName}.tgz`) ?? Buffer.alloc(0));
        response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
      } else {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PackedRegistry(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** A registry's document about a package with one version. */
function packument({ packedManifest }: PackedPackage, tarballUrl: string, tarball: Buffer): object {
  const { name, version = '' } = packedManifest;
  const dist = {
    tarball: tarballUrl,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
  };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...packedManifest, dist } } };
}
