/**
 * The path of a group of metrics in a Pushgateway: `/metrics/job/<job>/<label>/<value>…`.
 *
 * @see https://github.com/prometheus/pushgateway#url
 */
export function groupPath(job: string, grouping: Readonly<Record<string, string>>): string {
  const labels = Object.entries(grouping).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `/metrics${[['job', job] as const, ...labels].map(([label, value]) => segment(label, value)).join('')}`;
}

/** Whether a label can be part of a group. */
export function isGroupingLabel(label: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !label.startsWith('__') && label !== 'job';
}

/** A slash, an empty value, and dots, which a URL resolves, only get through in base64. */
function segment(label: string, value: string): string {
  const wellFormed = value.toWellFormed();
  if (wellFormed !== '' && !wellFormed.includes('/') && !/^\.{1,2}$/.test(wellFormed)) {
    return `/${label}/${encodeURIComponent(wellFormed)}`;
  }
  return `/${label}@base64/${Buffer.from(wellFormed).toString('base64url') || '='}`;
}
