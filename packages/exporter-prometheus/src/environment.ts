import type { TlsConfig } from './options.ts';

/** Environment variables: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What environment variables say about who may scrape, and how. */
export interface WebEnvironment {
  readonly bearerToken?: string;
  readonly bearerTokenFile?: string;
  readonly basicAuthUsers?: Readonly<Record<string, string>>;
  readonly tls?: TlsConfig;
  readonly webConfigFile?: string;
}

const variables: ReadonlyMap<string, string> = new Map([
  ['bearerToken', 'BEARER_TOKEN'],
  ['bearerTokenFile', 'BEARER_TOKEN_FILE'],
  ['basicAuthUsers', 'BASIC_AUTH_PASSWORD_HASH'],
  ['webConfigFile', 'WEB_CONFIG_FILE'],
  ['certFile', 'TLS_CERT_FILE'],
  ['keyFile', 'TLS_KEY_FILE'],
  ['clientCaFile', 'TLS_CLIENT_CA_FILE'],
]);

/** The variable that an option has: beside the specification's `OTEL_EXPORTER_PROMETHEUS_HOST` and `_PORT`. */
export function prefixed(option: string): string {
  return `OTEL_EXPORTER_PROMETHEUS_${variables.get(option) ?? option}`;
}

/** An empty variable is the same as none, as the specification has it. */
export function webEnvironment(environment: Environment): WebEnvironment {
  const read = <Option extends string>(option: Option): { readonly [O in Option]?: string } => {
    const value = environment[prefixed(option)];
    return (value === undefined || value === '' ? {} : { [option]: value }) as { readonly [O in Option]?: string };
  };
  const user = environment[prefixed('BASIC_AUTH_USER')] ?? '';
  const { basicAuthUsers: hash } = read('basicAuthUsers');
  const files = { ...read('certFile'), ...read('keyFile'), ...read('clientCaFile') };
  return {
    ...read('bearerToken'),
    ...read('bearerTokenFile'),
    ...read('webConfigFile'),
    ...(user === '' && hash === undefined ? {} : { basicAuthUsers: { [user]: hash ?? '' } }),
    // That both of a pair are there is checked with the options.
    ...(Object.keys(files).length === 0 ? {} : { tls: files as unknown as TlsConfig }),
  };
}
