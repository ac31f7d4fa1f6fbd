const oldest = [22, 15] as const;

/** What to say to a Node that is too old; `undefined` when it will do. */
export function findNodeProblem(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `Node.js ${oldest.join('.')} or later is needed, and this is ${version}`;
}
