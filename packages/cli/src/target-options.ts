import { readFileSync } from 'node:fs';
import { describeValue } from '@trademeter/config';
import type { Command } from 'commander';
import { UsageError } from './usage-error.ts';

/** The command-line options for a bot's scrape endpoint. */
export interface TargetOptions {
  readonly bearerToken?: string;
  readonly bearerTokenFile?: string;
  readonly user?: string;
  readonly passwordFile?: string;
}

/** Adds the options for credentials. */
export function withTargetOptions(command: Command): Command {
  return command
    .option('--bearer-token <token>', 'send this bearer token (a file keeps it out of the process list)')
    .option('--bearer-token-file <file>', 'read the bearer token from a file')
    .option('--user <name:password>', 'send this user and password; without a password, see --password-file')
    .option('--password-file <file>', 'read the password of --user from a file');
}

/** Credentials for scraping, of at most one kind. */
export interface Credentials {
  readonly bearerToken?: string;
  readonly basicAuth?: { readonly user: string; readonly password: string };
}

/** @throws {UsageError} when options contradict each other */
export function credentialsOf(options: TargetOptions): Credentials {
  const { bearerToken, bearerTokenFile, user, passwordFile } = options;
  const isBearer = bearerToken !== undefined || bearerTokenFile !== undefined;
  if (isBearer && user !== undefined) throw new UsageError('give a bearer token or a user, not both');
  if (bearerToken !== undefined && bearerTokenFile !== undefined) {
    throw new UsageError('give --bearer-token or --bearer-token-file, not both');
  }
  if (passwordFile !== undefined && user === undefined) throw new UsageError('--password-file needs --user');
  if (isBearer) return { bearerToken: bearerToken ?? firstLine(bearerTokenFile ?? '') };
  if (user === undefined) return {};
  const text = passwordFile === undefined ? user : `${user}:${firstLine(passwordFile)}`;
  const colon = text.indexOf(':');
  if (colon < 1) throw new UsageError('--user must be name:password, or a name with --password-file');
  return { basicAuth: { user: text.slice(0, colon), password: text.slice(colon + 1) } };
}

/** The value of the `Authorization` header; `undefined` without credentials. */
export function authorizationOf(options: TargetOptions): string | undefined {
  const { bearerToken, basicAuth } = credentialsOf(options);
  if (bearerToken !== undefined) return `Bearer ${bearerToken}`;
  if (basicAuth === undefined) return undefined;
  return `Basic ${Buffer.from(`${basicAuth.user}:${basicAuth.password}`).toString('base64')}`;
}

/**
 * Completes an address to a URL: `9464`, `bot:9464` and `http://bot:9464/` all become `http://…:9464/metrics`.
 *
 * @throws {UsageError} when it is not an address
 */
export function metricsUrl(text: string): URL {
  const withHost = /^\d+$/u.test(text) ? `localhost:${text}` : text;
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//iu.test(withHost) ? withHost : `http://${withHost}`;
  if (!/^https?:\/\//iu.test(withScheme) || !URL.canParse(withScheme)) {
    throw new UsageError(`the URL must be such as http://localhost:9464/metrics, got ${describeValue(text)}`);
  }
  const url = new URL(withScheme);
  if (url.pathname === '/') url.pathname = '/metrics';
  return url;
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split(/\r?\n/u, 1)[0] ?? '';
}
