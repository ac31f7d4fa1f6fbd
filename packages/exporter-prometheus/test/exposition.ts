import { parseExposition as parse, type Sample } from '@trademeter/view/exposition';

/** One sample of an exposition, read back. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds in OpenMetrics, milliseconds in the text format, as it is written. */
  readonly timestamp: number | undefined;
  /** What follows ` # ` in OpenMetrics. */
  readonly exemplar: string | undefined;
}

/** An exposition, read back. */
export interface ParsedExposition {
  readonly samples: readonly ParsedSample[];
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
}

/** Which syntax to hold a text to. */
export interface Syntax {
  readonly openMetrics?: boolean;
}

/** Reads an exposition, and throws where Prometheus would refuse it. */
export function parseExposition(text: string, { openMetrics = false }: Syntax = {}): ParsedExposition {
  const contentType = openMetrics ? 'application/openmetrics-text; version=1.0.0' : 'text/plain; version=1.0.0';
  const families = [...parse(text, { strict: true, contentType }).families.values()];
  const stated = (key: 'help' | 'unit') =>
    new Map(families.flatMap((family) => (family[key] === '' ? [] : [[family.name, family[key]] as const])));
  return {
    samples: families.flatMap(({ samples }) => samples.map((sample) => toParsed(sample, openMetrics))),
    types: new Map(families.map(({ name, type }) => [name, type])),
    help: stated('help'),
    units: stated('unit'),
  };
}

function toParsed({ name, labels, value, timestamp, exemplar }: Sample, openMetrics: boolean): ParsedSample {
  return {
    name,
    labels,
    value,
    timestamp: timestamp === undefined || openMetrics ? timestamp : timestamp * 1000,
    exemplar: exemplar === undefined ? undefined : exemplarText(exemplar),
  };
}

function exemplarText({ labels, value, timestamp }: NonNullable<Sample['exemplar']>): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `{${written.join(',')}} ${value}${timestamp === undefined ? '' : ` ${timestamp.toFixed(3)}`}`;
}
