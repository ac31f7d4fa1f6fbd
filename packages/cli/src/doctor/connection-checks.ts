import { isIP } from 'node:net';
import type { Finding } from './finding.ts';
import type { Scrape } from './probe.ts';

/** The reason why there was no answer. */
export function unreachable(url: URL, error: unknown): Finding {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : undefined;
  const reason =
    (error instanceof Error && error.message) || (first instanceof Error && first.message) || String(error);
  return {
    check: 'reachable',
    status: 'problem',
    summary: `${url.href} does not answer: ${reason}`,
    advice: adviceFor(String(code), url),
  };
}

function adviceFor(code: string, { host, hostname, protocol }: URL): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens on ${host}. Is the bot running, does it export to prometheus (OTEL_METRICS_EXPORTER), and on this port (OTEL_EXPORTER_PROMETHEUS_PORT)? An endpoint on localhost is not reachable from another machine or container: OTEL_EXPORTER_PROMETHEUS_HOST=0.0.0.0.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${hostname} cannot be resolved.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'A firewall may drop the packets, or the bot is too busy to answer. Compare with a request on its own machine.';
    case 'ECONNRESET':
    case 'HPE_INVALID_CONSTANT':
    case 'EPROTO':
      return protocol === 'http:' ? 'The endpoint may use https: try it.' : 'The endpoint may use plain http: try it.';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'Give the authority that signed the certificate with --ca-file; Prometheus needs it as tls_config.ca_file.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate is not for ${hostname}. Use a name that it has, or issue one for this name.`;
    case 'CERT_HAS_EXPIRED':
      return 'Replace the certificate; the endpoint reads the file again when it changes.';
    default:
      return 'Check the address.';
  }
}

/** Checks that the answer is a scrape; returns `undefined` if it is. */
export function refused(url: URL, { status, location }: Scrape, hasCredentials: boolean): Finding | undefined {
  if (status === 200) return undefined;
  const isAuthentication = status === 401 || status === 403;
  return {
    check: isAuthentication ? 'authentication' : 'reachable',
    status: 'problem',
    summary: `${url.href} answers with HTTP ${status}${location === undefined ? '' : `, to ${location}`}.`,
    advice: adviceForStatus(status, url, hasCredentials),
  };
}

function adviceForStatus(status: number, { pathname }: URL, hasCredentials: boolean): string {
  if (status === 401 || status === 403) {
    return hasCredentials
      ? 'The credentials are wrong. Prometheus needs the right ones in authorization or basic_auth.'
      : 'It requires credentials: pass --bearer-token-file, or --user and --password-file.';
  }
  if (status === 404) return `Nothing is served at ${pathname}. The default path is /metrics.`;
  if (status >= 300 && status < 400) return 'Scrape the address that it redirects to.';
  if (status === 500)
    return 'The bot could not collect its metrics, or cannot read a credential file: its log says why.';
  if (status === 503) return 'Too many passwords are being checked, or the bot is shutting down. Try again.';
  return 'Is this the metrics endpoint of a bot?';
}

/** Checks who may scrape. */
export function authentication(url: URL, hasCredentials: boolean, isOpen: boolean): Finding {
  const check = 'authentication';
  if (!isOpen) return { check, status: 'ok', summary: 'The endpoint requires credentials.' };
  if (hasCredentials) {
    return {
      check,
      status: 'note',
      summary: 'Credentials were sent, but the endpoint answers without them too.',
      advice: 'To require them, set OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN_FILE or BASIC_AUTH_USER in the bot.',
    };
  }
  if (isLoopback(url)) {
    return {
      check,
      status: 'ok',
      summary: 'Anyone on this machine may scrape; nobody else reaches it at this address.',
    };
  }
  return {
    check,
    status: 'problem',
    summary: `Anyone who reaches ${url.host} can read positions and P&L.`,
    advice: 'Set OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN_FILE in the bot, and the same in Prometheus.',
  };
}

const soonMillis = 21 * 24 * 60 * 60 * 1000;

/** Checks how the connection is protected. */
export function tlsCheck(url: URL, { tls }: Scrape, now: number): Finding {
  const check = 'tls';
  if (tls === undefined) {
    if (isLoopback(url)) return { check, status: 'ok', summary: 'Plain http, which stays on this machine.' };
    return {
      check,
      status: 'note',
      summary: 'Plain http: metrics and credentials can be read on the network.',
      advice: 'Set OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE and _TLS_KEY_FILE in the bot, unless the network is private.',
    };
  }
  const days = Math.floor((tls.validUntil - now) / 86_400_000);
  if (tls.validUntil - now > soonMillis || Number.isNaN(tls.validUntil)) {
    return { check, status: 'ok', summary: `${tls.protocol}; the certificate is valid for ${days} more days.` };
  }
  return {
    check,
    status: 'problem',
    summary: `The certificate expires in ${days} days.`,
    advice: 'Replace it; the endpoint reads the file again when it changes.',
  };
}

const largestSkewMillis = 2_000;

/** Compares clocks. Ages and P&L periods use the bot's clock; Prometheus compares them with its own. */
export function clock({ clockSkewMillis }: Scrape): Finding {
  const check = 'clock';
  if (clockSkewMillis === undefined) return { check, status: 'note', summary: 'The answer has no Date header.' };
  if (Math.abs(clockSkewMillis) <= largestSkewMillis) {
    return { check, status: 'ok', summary: "The bot's clock agrees with this one, to the second." };
  }
  const seconds = Math.abs(clockSkewMillis / 1000).toFixed(0);
  return {
    check,
    status: 'problem',
    summary: `The bot's clock is ${seconds} s ${clockSkewMillis > 0 ? 'ahead of' : 'behind'} this one.`,
    advice: 'Synchronize both with NTP: ages of data, cycles and snapshots are wrong by as much.',
  };
}

const slowMillis = 1_000;
const verySlowMillis = 5_000;
const largeBytes = 10_000_000;

/** Reports the duration and size of a scrape. */
export function scrapeCost(scrapes: readonly Scrape[]): Finding {
  const check = 'scrape';
  const [fastest] = scrapes.toSorted((left, right) => left.millis - right.millis);
  const millis = fastest?.millis ?? 0;
  const { bytes = 0, wireBytes = 0, isCompressed = false } = fastest ?? {};
  const size = isCompressed
    ? `${kilobytes(bytes)}, ${kilobytes(wireBytes)} compressed`
    : `${kilobytes(bytes)}, not compressed`;
  const summary = `A scrape takes ${millis < 10 ? millis.toFixed(1) : millis.toFixed(0)} ms (the fastest of ${scrapes.length}) and has ${size}.`;
  if (millis > verySlowMillis) {
    return {
      check,
      status: 'problem',
      summary,
      advice: 'Prometheus gives up after scrape_timeout, by default 10 s. Reduce the number of series.',
    };
  }
  if (millis > slowMillis || bytes > largeBytes) {
    return { check, status: 'note', summary, advice: 'Reduce the number of series, or scrape less often.' };
  }
  return { check, status: 'ok', summary };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: bytes < 100_000 ? 1 : 0 })} kB`;
}

function isLoopback({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/gu, '');
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || hostname === 'localhost' || hostname.endsWith('.localhost');
}
