import { ConfigurationError } from './configuration-error.ts';

const oldest = [22, 15] as const;

/**
 * findNodeProblem returns a message if this Node.js is too old, else `undefined`. On an older one, OpenTelemetry's packages
 * fail with unclear errors.
 */
export function findNodeProblem(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `Node.js ${oldest.join('.')} or later is needed, but this is Node.js ${version}`;
}

/**
 * @param packageName without the scope, for the message
 * @throws ConfigurationError (`ERR_TRADEMETER_NODE_VERSION`) if this Node.js is too old
 */
export function throwOnOldNode(packageName: string, version: string = process.versions.node): void {
  const problem = findNodeProblem(version);
  if (problem === undefined) return;
  throw new ConfigurationError(packageName, problem, {
    code: 'ERR_TRADEMETER_NODE_VERSION',
    option: 'node',
    value: version,
  });
}
