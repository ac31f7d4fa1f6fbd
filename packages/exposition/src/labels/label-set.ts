import { isLegacyLabelName } from '@trademeter/prometheus-naming';
import type { NameTranslation } from '../name-translation.ts';

/** A label of every series of a metric: `key` sorts joined values, `name` is the written name. */
export interface ConstantLabel {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** One label of a layout, and where its values come from, in the order in which they are joined. */
interface Slot {
  /** `name="`, preceded by a comma. */
  readonly opening: string;
  readonly sources: readonly Source[];
}

/** An attribute's key, or a constant value. */
interface Source {
  readonly key: string;
  readonly constant: string | undefined;
}

/**
 * LabelSets renders the text between the braces of one metric's samples, sorted by name: `a="1",b="2"`. Two sets of
 * attributes are the same series exactly when their texts are equal.
 *
 * Labels with the same name are joined with `;` in the order of their keys. Labels without a value are omitted, which
 * means the same to Prometheus.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export class LabelSets {
  readonly #names: NameTranslation;
  readonly #constants: readonly ConstantLabel[];
  readonly #reserved: string | undefined;
  // Nearly all series of a metric have the same keys in the same order, so the layout is computed once.
  #keys: readonly string[] | undefined;
  #slots: readonly Slot[] = [];

  /** @param reserved a name that samples need themselves: a label of that name becomes `exported_<name>` */
  constructor(names: NameTranslation, constants: readonly ConstantLabel[] = [], reserved?: string) {
    this.#names = names;
    this.#constants = constants;
    this.#reserved = reserved;
  }

  text(attributes: object): string {
    const keys = Object.keys(attributes);
    if (!sameKeys(keys, this.#keys)) {
      this.#slots = this.#layout(keys);
      this.#keys = keys;
    }
    let text = '';
    for (const { opening, sources } of this.#slots) {
      const value = joined(sources, attributes as Record<string, unknown>);
      if (value !== '') text += `${opening}${escapeLabelValue(value)}"`;
    }
    return text.slice(1);
  }

  /** The label name of an attribute key. */
  nameOf(key: string): string {
    return this.#names.labelName(key);
  }

  /** The number of characters of all names and values, as OpenMetrics counts them. */
  size(attributes: object): number {
    const characters = (text: string) => Array.from(text).length;
    return Object.keys(attributes).reduce((total, key) => {
      const value = valueOf({ key, constant: undefined }, attributes as Record<string, unknown>);
      return total + characters(this.nameOf(key)) + characters(value);
    }, 0);
  }

  #layout(keys: readonly string[]): Slot[] {
    const byName = new Map<string, Source[]>();
    const add = (name: string, source: Source) => {
      const written = name === this.#reserved ? `exported_${name}` : name;
      const sharing = byName.get(written);
      if (sharing === undefined) byName.set(written, [source]);
      else sharing.push(source);
    };
    for (const key of keys) add(this.#names.labelName(key), { key, constant: undefined });
    for (const { key, name, value } of this.#constants) add(name, { key, constant: value });
    return [...byName]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, sources]) => ({
        opening: `,${isLegacyLabelName(name) ? name : quoted(name)}="`,
        sources: sources.toSorted((a, b) => compareCodePoints(a.key, b.key)),
      }));
  }
}

/** A name in double quotes, the syntax for UTF-8 names. */
export function quoted(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}

function sameKeys(keys: readonly string[], known: readonly string[] | undefined): boolean {
  if (keys.length !== known?.length) return false;
  for (let index = 0; index < keys.length; index += 1) if (keys[index] !== known[index]) return false;
  return true;
}

function joined(sources: readonly Source[], attributes: Record<string, unknown>): string {
  const [first] = sources;
  if (sources.length === 1 && first !== undefined) return valueOf(first, attributes);
  return sources.map((source) => valueOf(source, attributes)).join(';');
}

function valueOf({ key, constant }: Source, attributes: Record<string, unknown>): string {
  if (constant !== undefined) return constant;
  try {
    return labelValue(attributes[key]);
  } catch {
    return '';
  }
}

/** Orders by UTF-8 bytes, as Go does; UTF-16 order differs above U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * An attribute value as the text of a label: strings unchanged, other values as JSON. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/otel/common/#anyvalue-representation-for-non-otlp-protocols
 */
export function labelValue(value: unknown): string {
  try {
    // Prometheus' parsers treat a zero byte as the end of the text.
    return plainText(value).toWellFormed().replaceAll('\0', '\ufffd');
  } catch {
    return '';
  }
}

/** Escapes backslashes, quotes and line feeds of a label value. */
function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value;
}

function plainText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object':
      if (value === null) return '';
      if (value instanceof Uint8Array) return base64(value);
      return JSON.stringify(value, jsonValue) ?? '';
    case 'undefined':
      return '';
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    default:
      return String(value);
  }
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? base64(value) : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
