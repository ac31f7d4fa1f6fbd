import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';

/** How to scrape. */
export interface ProbeOptions {
  readonly url: URL;
  readonly authorization?: string | undefined;
  readonly timeoutMillis: number;
  /** Certificates in PEM format to trust instead of the system's. */
  readonly ca?: string | undefined;
}

/** One answered scrape. */
export interface Scrape {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly text: string;
  /** Milliseconds from the request to the last byte. */
  readonly millis: number;
  /** The size on the network, compressed or not. */
  readonly wireBytes: number;
  readonly bytes: number;
  readonly isCompressed: boolean;
  /** The server's clock minus ours, in milliseconds. HTTP's date is precise to the second. */
  readonly clockSkewMillis: number | undefined;
  readonly tls: TlsFacts | undefined;
}

/** Facts about a TLS connection. */
export interface TlsFacts {
  readonly protocol: string;
  /** The end of the server certificate's validity, in milliseconds since 1970. */
  readonly validUntil: number;
}

// The header that Prometheus 3 sends.
const accept =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

const largestBody = 512 * 1024 * 1024;

/** Scrapes once, as Prometheus does. Rejects with Node's error if there is no answer. */
export async function scrape({ url, authorization, timeoutMillis, ca }: ProbeOptions): Promise<Scrape> {
  const start = performance.now();
  const headers = {
    accept,
    'accept-encoding': 'gzip',
    'user-agent': 'trademeter-doctor',
    ...(authorization === undefined ? {} : { authorization }),
  };
  const signal = AbortSignal.timeout(timeoutMillis);
  const options = { headers, signal, agent: false, ...(ca === undefined ? {} : { ca }) };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  (url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options))
    .on('response', resolve)
    .on('error', reject)
    .end();
  try {
    const response = await promise;
    const tls = tlsOf(response);
    const body = await read(response);
    const received = Date.now();
    const millis = performance.now() - start;
    const isCompressed = response.headers['content-encoding'] === 'gzip';
    const plain = isCompressed ? gunzipSync(body, { maxOutputLength: largestBody }) : body;
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      location: response.headers.location,
      text: plain.toString(),
      millis,
      wireBytes: body.length,
      bytes: plain.length,
      isCompressed,
      clockSkewMillis: skewOf(response.headers.date, received - millis / 2),
      tls,
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw Object.assign(new Error(`no answer within ${timeoutMillis} ms`), { code: 'ETIMEDOUT' });
  }
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw new Error(`the answer is larger than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tlsOf({ socket }: IncomingMessage): TlsFacts | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const secure = socket as TLSSocket;
  return { protocol: secure.getProtocol() ?? '', validUntil: Date.parse(secure.getPeerCertificate().valid_to) };
}

/** HTTP's date is in whole seconds: the true time is up to a second later. */
function skewOf(date: string | undefined, now: number): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : theirs + 500 - now;
}
