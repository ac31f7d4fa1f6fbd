import { type EscapingScheme, isLegacyMetricName } from '@trademeter/prometheus-naming';
import type { FamilyType } from './families/family.ts';
import { quoted } from './labels/label-set.ts';

/** One way of writing the same series: a syntax, its version, and what happens to names in UTF-8. */
export interface Exposition {
  readonly openMetrics: boolean;
  readonly scheme: EscapingScheme;
  /** Of the answer. */
  readonly contentType: string;
}

/** The text format. Its version 1.0.0 is that of 0.0.4 for scrapers that may read names in UTF-8. */
export function textExposition(version: '0.0.4' | '1.0.0', asked?: EscapingScheme): Exposition {
  const scheme = asked ?? 'underscores';
  const escaping = asked === undefined && version === '0.0.4' ? '' : `; escaping=${scheme}`;
  return {
    openMetrics: false,
    scheme,
    contentType: `text/plain; version=${version}; charset=utf-8${escaping}`,
  };
}

/** OpenMetrics' text format: its versions differ in nothing that is written here. */
export function openMetricsExposition(version: '0.0.1' | '1.0.0', asked?: EscapingScheme): Exposition {
  const scheme = asked ?? 'underscores';
  return {
    openMetrics: true,
    scheme,
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${scheme}`,
  };
}

/** What the comments above a family are about. */
export interface FamilyComments {
  readonly name: string;
  readonly type: FamilyType | 'info';
  readonly help: string;
  readonly unit: string;
}

/** The comments above a family. */
export function familyHeader(family: FamilyComments, exposition: Exposition, others: ReadonlySet<string>): string {
  const { help, unit } = family;
  const { name, type } = commentedFamily(family, exposition, others);
  const written = isLegacyMetricName(name) ? name : quoted(name);
  let header = `# TYPE ${written} ${type}\n`;
  if (help !== '') header = `# HELP ${written} ${escapeHelp(help, exposition)}\n${header}`;
  // OpenMetrics refuses a unit that the name does not end with; the text format has none.
  if (exposition.openMetrics && unit !== '' && isLegacyMetricName(`_${unit}`) && name.endsWith(`_${unit}`))
    header += `# UNIT ${written} ${unit}\n`;
  return header;
}

/** What stands between the name of a sample and its value. */
export function sampleStart(name: string, labels: string): string {
  if (isLegacyMetricName(name)) return labels === '' ? `${name} ` : `${name}{${labels}} `;
  return labels === '' ? `{${quoted(name)}} ` : `{${quoted(name)},${labels}} `;
}

/**
 * The name and type that the comments of a family have. OpenMetrics names a counter without the `_total` of its
 * samples, and target_info without its `_info`. Where that is the name of another family or of its samples, or where
 * there is no such suffix, the family keeps its name and its type is `unknown`: the series are the same.
 *
 * @param others names that are taken, see {@link takenNames}
 */
export function commentedFamily(
  { name, type }: FamilyComments,
  { openMetrics }: Exposition,
  others: ReadonlySet<string>,
): { readonly name: string; readonly type: string } {
  const suffix = openMetrics ? openMetricsSuffixes.get(type) : undefined;
  if (suffix === undefined) return { name, type };
  const stem = name.slice(0, -suffix.length);
  const isFree = !others.has(stem) && !(type === 'counter' && others.has(`${stem}_created`));
  return name.endsWith(suffix) && stem !== '' && isFree ? { name: stem, type } : { name, type: 'unknown' };
}

/** The names of families and of their samples, which OpenMetrics keeps for them whether or not they are written. */
export function takenNames(families: readonly FamilyComments[]): Set<string> {
  return new Set(
    families.flatMap(({ name, type }) => {
      return type === 'histogram' ? histogramSuffixes.map((suffix) => name + suffix) : [name];
    }),
  );
}

const histogramSuffixes = ['', '_bucket', '_count', '_sum', '_created'];

const openMetricsSuffixes: ReadonlyMap<string, string> = new Map([
  ['counter', '_total'],
  ['info', '_info'],
]);

function escapeHelp(help: string, { openMetrics }: Exposition): string {
  const escaped = help.toWellFormed().replaceAll('\0', '\ufffd').replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return openMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}
