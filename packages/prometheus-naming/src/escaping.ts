/**
 * The escaping schemes that a scraper may ask for, applied after the translation strategy.
 *
 * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
 */
export const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;

/** How characters outside `[a-zA-Z0-9_:]` in names are escaped. */
export type EscapingScheme = (typeof escapingSchemes)[number];

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** True for a metric name that every Prometheus version reads without quotes. */
export function isLegacyMetricName(name: string): boolean {
  return legacyMetricName.test(name);
}

/** True for a label name that every Prometheus version reads without quotes. */
export function isLegacyLabelName(name: string): boolean {
  return legacyLabelName.test(name);
}

/** Escapes a metric name, as Prometheus' `model.EscapeName` does. */
export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return escapeName(name, scheme, isLegacyMetricName, ':');
}

/** Escapes a label name. Unlike `model.EscapeName`, it escapes the colon too, which label names cannot contain. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escapeName(name, scheme, isLegacyLabelName, '');
}

function escapeName(
  original: string,
  scheme: EscapingScheme,
  isLegacy: (name: string) => boolean,
  punctuation: string,
): string {
  const name = original.toWellFormed().replaceAll('\0', '\ufffd');
  const allowed = (character: string, index: number) =>
    /^[a-zA-Z_]$/.test(character) || (index > 0 && /^[0-9]$/.test(character)) || character === punctuation;
  const map = (escape: (character: string) => string) =>
    Array.from(name, (character, index) =>
      allowed(character, index) && character !== '_' ? character : escape(character),
    ).join('');
  switch (scheme) {
    case 'allow-utf-8':
      return name;
    case 'underscores':
      return isLegacy(name) ? name : map(() => '_');
    case 'dots':
      return map((character) => (character === '.' ? '_dot_' : '__'));
    case 'values':
      if (isLegacy(name) || name === '') return name;
      return `U__${map((character) => (character === '_' ? '__' : `_${character.codePointAt(0)?.toString(16)}_`))}`;
  }
}
