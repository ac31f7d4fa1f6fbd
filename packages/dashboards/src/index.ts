import { dashboardList } from './list.ts';

/** A dashboard of this package, with where its JSON is. */
export interface DashboardFile {
  /** What names its files: `orders`. */
  readonly id: (typeof dashboardList)[number]['id'];
  /** Its uid in Grafana, which links keep: `trademeter-orders`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether it answers a question or shows a domain. */
  readonly kind: 'question' | 'domain';
  /** Its JSON in the classic schema, which every Grafana from 9 on imports. */
  readonly classic: URL;
  /** Its JSON as a resource of Grafana's dashboard API v2. */
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
