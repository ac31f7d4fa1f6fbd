import { ConfigurationError } from './configuration-error.ts';

const oldest = [22, 15] as const;

/**
 * OpenTelemetry's packages of this generation need it, and fail in ways of their own where it is older.
 *
 * @throws {ConfigurationError} `ERR_TRADEMETER_NODE_VERSION` when this Node.js is too old
 */
export function throwOnOldNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new ConfigurationError(`Node.js ${oldest.join('.')} or newer is needed, this is ${version}`, {
    code: 'ERR_TRADEMETER_NODE_VERSION',
    option: 'node',
    value: version,
  });
}
