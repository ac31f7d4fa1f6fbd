import { dashboardList } from './list.ts';

/** A dashboard of this package, with the URLs of its JSON files. */
export interface DashboardFile {
  /** The name of its files: `orders`. */
  readonly id: (typeof dashboardList)[number]['id'];
  /** Its uid in Grafana, which is stable in links: `trademeter-orders`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether it answers a question or shows a domain. */
  readonly kind: 'question' | 'domain';
  /** The URL of its JSON in the classic schema, which every Grafana from 9 on imports. */
  readonly classic: URL;
  /** The URL of its JSON as a resource of Grafana's dashboard API v2. */
  readonly v2: URL;
}

/**
 * Every dashboard: the three questions, then the domains.
 *
 * @example
 * ```ts
 * import { cp, mkdir } from 'node:fs/promises';
 * import { dashboards } from '@trademeter/dashboards';
 *
 * await mkdir('provisioning/dashboards', { recursive: true });
 * for (const { id, classic } of dashboards) await cp(classic, `provisioning/dashboards/${id}.json`);
 * ```
 */
export const dashboards: readonly DashboardFile[] = dashboardList.map((dashboard) => ({
  ...dashboard,
  classic: fileOf('classic', dashboard.id),
  v2: fileOf('v2', dashboard.id),
}));

function fileOf(schema: 'classic' | 'v2', id: string): URL {
  return new URL(`../json/${schema}/${id}.json`, import.meta.url);
}
