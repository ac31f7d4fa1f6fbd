import { parseExposition, type Sample as ViewSample } from '@trademeter/view/exposition';

/** Sample is one sample of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds in OpenMetrics, milliseconds in the text format. */
  readonly timestamp: number | undefined;
  /** The text after ` # ` in OpenMetrics. */
  readonly exemplar: string | undefined;
}

/** Family is one metric of an exposition. */
export interface Family {
  readonly type: string;
  /** Empty without a HELP line. */
  readonly help: string;
  /** The names of its samples: its own, or those of a histogram's parts. */
  readonly sampleNames: ReadonlySet<string>;
}

/** Exposition is a parsed scrape. Its maps have the names of metrics as keys. */
export interface Exposition {
  readonly families: ReadonlyMap<string, Family>;
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
}

/** Options of {@link readExposition}. */
export interface ReadOptions {
  readonly openMetrics?: boolean;
  /** Whether to throw where Prometheus would reject the text. @default true */
  readonly strict?: boolean;
}

/** Parses the text of a scrape. */
export function readExposition(text: string, { openMetrics = false, strict = true }: ReadOptions = {}): Exposition {
  const contentType = openMetrics ? 'application/openmetrics-text; version=1.0.0' : 'text/plain; version=1.0.0';
  const parsed = parseExposition(text, { strict, contentType }).families;
  const families = [...parsed.values()];
  const stated = (key: 'help' | 'unit') =>
    new Map(families.flatMap((family) => (family[key] === '' ? [] : [[family.name, family[key]] as const])));
  return {
    families: new Map(
      [...parsed].map(([key, { type, help, samples }]) => {
        return [key, { type, help, sampleNames: new Set(samples.map(({ name }) => name)) }];
      }),
    ),
    samples: families.flatMap(({ samples }) => samples.map((sample) => toSample(sample, openMetrics))),
    types: new Map(families.map(({ name, type }) => [name, type])),
    help: stated('help'),
    units: stated('unit'),
  };
}

/** The lines of samples that begin with `beginning`, unchanged. */
export function sampleLines(text: string, beginning = ''): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && line.startsWith(beginning));
}

function toSample({ name, labels, value, timestamp, exemplar }: ViewSample, openMetrics: boolean): Sample {
  return {
    name,
    labels,
    value,
    timestamp: timestamp === undefined || openMetrics ? timestamp : timestamp * 1000,
    exemplar: exemplar === undefined ? undefined : exemplarText(exemplar),
  };
}

function exemplarText({ labels, value, timestamp }: NonNullable<ViewSample['exemplar']>): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `{${written.join(',')}} ${value}${timestamp === undefined ? '' : ` ${timestamp.toFixed(3)}`}`;
}
