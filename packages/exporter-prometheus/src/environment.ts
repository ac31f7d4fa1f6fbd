import {
  ConfigurationError,
  type Environment,
  findVariable,
  isBlank,
  portNumber,
  readInteger,
  readList,
  throwFirstProblem,
} from '@trademeter/config';
import type { TlsConfig } from './exporter-config.ts';

/** The settings about who may scrape, from environment variables. */
export interface WebEnvironment {
  readonly bearerToken?: string;
  readonly bearerTokenFile?: string;
  readonly basicAuthUsers?: Readonly<Record<string, string>>;
  readonly tls?: TlsConfig;
  readonly webConfigFile?: string;
}

const hostVariable = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const portVariable = 'OTEL_EXPORTER_PROMETHEUS_PORT';

const variables: ReadonlyMap<string, string> = new Map([
  ['allowedHosts', 'ALLOWED_HOSTS'],
  ['bearerToken', 'BEARER_TOKEN'],
  ['bearerTokenFile', 'BEARER_TOKEN_FILE'],
  ['user', 'BASIC_AUTH_USER'],
  ['basicAuthUsers', 'BASIC_AUTH_PASSWORD_HASH'],
  ['webConfigFile', 'WEB_CONFIG_FILE'],
  ['certFile', 'TLS_CERT_FILE'],
  ['keyFile', 'TLS_KEY_FILE'],
  ['clientCaFile', 'TLS_CLIENT_CA_FILE'],
]);

/** The variable of an option. For host and port it is the specification's. */
export function prefixed(option: string): string {
  return `OTEL_EXPORTER_PROMETHEUS_${variables.get(option) ?? option}`;
}

/** Reads the host to listen on. */
export function hostEnvironment(environment: Environment): string | undefined {
  return findVariable(environment, hostVariable)?.value;
}

/** Reads the allowed host names. */
export function allowedHostsEnvironment(environment: Environment): string[] {
  return readList(findVariable(environment, prefixed('allowedHosts')));
}

/** The credential variables that are set but empty, as a template without its secret leaves them. */
export function emptyCredentials(environment: Environment): string[] {
  return ['bearerToken', 'bearerTokenFile', 'user', 'basicAuthUsers', 'webConfigFile']
    .map(prefixed)
    .filter((name) => isBlank(environment[name] ?? 'not set'));
}

/**
 * Reads the port to listen on.
 *
 * @throws {ConfigurationError} when it is not a port
 */
export function portEnvironment(environment: Environment): number | undefined {
  return readInteger(findVariable(environment, portVariable), portNumber, throwFirstProblem('exporter-prometheus'));
}

/**
 * Reads the settings about who may scrape. An empty variable counts as unset, as the specification demands.
 *
 * @param config settings in code, whose variables are ignored
 * @throws {ConfigurationError} when one of a pair is missing
 */
export function webEnvironment(environment: Environment, config: WebEnvironment): WebEnvironment {
  const read = (option: string): string | undefined => findVariable(environment, prefixed(option))?.value;
  const need = (option: string, other: string): string => {
    const value = read(option);
    if (value !== undefined) return value;
    const problem = `${prefixed(other)} also needs ${prefixed(option)}`;
    throw new ConfigurationError('exporter-prometheus', problem, { option: prefixed(other) });
  };
  return definedOf({
    bearerToken: read('bearerToken'),
    bearerTokenFile: read('bearerTokenFile'),
    webConfigFile: read('webConfigFile'),
    basicAuthUsers: config.basicAuthUsers ?? usersOf(read, need),
    tls: config.tls ?? tlsOf(read, need),
  });
}

type Read = (option: string) => string | undefined;
type Need = (option: string, other: string) => string;

function usersOf(read: Read, need: Need): WebEnvironment['basicAuthUsers'] {
  if (read('user') === undefined && read('basicAuthUsers') === undefined) return undefined;
  return { [need('user', 'basicAuthUsers')]: need('basicAuthUsers', 'user') };
}

function tlsOf(read: Read, need: Need): TlsConfig | undefined {
  const given = ['certFile', 'keyFile', 'clientCaFile'].find((option) => read(option) !== undefined);
  if (given === undefined) return undefined;
  const clientCaFile = read('clientCaFile');
  const pair = { certFile: need('certFile', given), keyFile: need('keyFile', given) };
  return clientCaFile === undefined ? pair : { ...pair, clientCaFile };
}

/** Removes undefined values, which would hide values set elsewhere. */
export function definedOf<T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
