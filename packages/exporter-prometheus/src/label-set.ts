import { isLegacyLabelName } from './escaping.ts';
import { escapeLabelValue, labelValue } from './label-value.ts';
import type { NameTranslation } from './name-translation.ts';

/** One label before translation: the key it comes from, the name it gets, its value. */
export interface Label {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** The labels of attributes, translated. Values that several keys share a name with are not joined yet. */
export function labelsOf(attributes: object, names: NameTranslation): Label[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    name: names.labelName(key),
    value: labelValue(value),
  }));
}

/**
 * The text between the braces of a sample, sorted by name: `a="1",b="2"`. Two sets of labels are the same series
 * exactly when their texts are equal.
 *
 * Labels of one name are joined with `;` in the order of their keys. Labels without a value are left out, which
 * Prometheus takes for the same.
 *
 * @param reserved a name that the samples need for themselves: a label that has it becomes `exported_<name>`
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function labelSetText(labels: readonly Label[], reserved?: string): string {
  const byName = new Map<string, Label[]>();
  for (const label of labels) {
    const name = label.name === reserved ? `exported_${label.name}` : label.name;
    const sharing = byName.get(name);
    if (sharing === undefined) byName.set(name, [label]);
    else sharing.push(label);
  }
  let text = '';
  for (const name of [...byName.keys()].toSorted()) {
    const value = joinedValue(byName.get(name) ?? []);
    if (value === '') continue;
    text += `${text === '' ? '' : ','}${isLegacyLabelName(name) ? name : quoted(name)}="${escapeLabelValue(value)}"`;
  }
  return text;
}

/** A name in double quotes, as UTF-8 names are written. */
export function quoted(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}

function joinedValue(labels: Label[]): string {
  if (labels.length === 1) return labels[0]?.value ?? '';
  return labels
    .toSorted((a, b) => compareCodePoints(a.key, b.key))
    .map(({ value }) => value)
    .join(';');
}

/** The order of UTF-8 bytes, which Go sorts by and in which UTF-16 differs beyond U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
