import { type EscapingScheme, isLegacyMetricName } from '@trademeter/prometheus-naming';
import type { FamilyType } from './families/family.ts';
import { quoted } from './labels/label-set.ts';

/** Exposition is a format: a syntax, its version, and the escaping of UTF-8 names. Series are the same in all. */
export interface Exposition {
  readonly openMetrics: boolean;
  readonly scheme: EscapingScheme;
  /** The content type of the answer. */
  readonly contentType: string;
}

/** The text format. Version 1.0.0 differs from 0.0.4 only for scrapers that accept UTF-8 names. */
export function textExposition(version: '0.0.4' | '1.0.0', asked?: EscapingScheme): Exposition {
  const scheme = asked ?? 'underscores';
  const escaping = asked === undefined && version === '0.0.4' ? '' : `; escaping=${scheme}`;
  return {
    openMetrics: false,
    scheme,
    contentType: `text/plain; version=${version}; charset=utf-8${escaping}`,
  };
}

/** The OpenMetrics text format. Its versions are rendered in the same way. */
export function openMetricsExposition(version: '0.0.1' | '1.0.0', asked?: EscapingScheme): Exposition {
  const scheme = asked ?? 'underscores';
  return {
    openMetrics: true,
    scheme,
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${scheme}`,
  };
}

/** What the comments above a family describe. */
export interface FamilyComments {
  readonly name: string;
  readonly type: FamilyType | 'info';
  readonly help: string;
  readonly unit: string;
}

/** The HELP, TYPE and UNIT comments of a family. */
export function familyHeader(family: FamilyComments, exposition: Exposition, others: ReadonlySet<string>): string {
  const { help, unit } = family;
  const { name, type } = commentedFamily(family, exposition, others);
  const written = isLegacyMetricName(name) ? name : quoted(name);
  let header = `# TYPE ${written} ${type}\n`;
  if (help !== '') header = `# HELP ${written} ${escapeHelp(help, exposition)}\n${header}`;
  // OpenMetrics requires that the name ends with the unit; the text format has no UNIT comment.
  if (exposition.openMetrics && unit !== '' && isLegacyMetricName(`_${unit}`) && name.endsWith(`_${unit}`))
    header += `# UNIT ${written} ${unit}\n`;
  return header;
}

/** The text between the name of a sample and its value. */
export function sampleStart(name: string, labels: string): string {
  if (isLegacyMetricName(name)) return labels === '' ? `${name} ` : `${name}{${labels}} `;
  return labels === '' ? `{${quoted(name)}} ` : `{${quoted(name)},${labels}} `;
}

/**
 * The name and type in a family's comments. OpenMetrics names a counter without the `_total` of its samples, and
 * target_info without `_info`. If another family or its samples have that name, or the suffix is missing, the family
 * keeps its name and its type is `unknown`. The series are the same either way.
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

/** The names of families and their possible samples. OpenMetrics reserves them even if they are not written. */
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
