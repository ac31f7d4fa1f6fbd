import { parseExposition } from '@trademeter/view/exposition';

/** One metric of a scraped text. */
export interface Family {
  readonly type: string;
  readonly help: string | undefined;
  /** The names of its samples: its own, or those of a histogram's parts. */
  readonly sampleNames: ReadonlySet<string>;
}

/** The families of a text in format 0.0.4, by name. Values and labels are left to Prometheus. */
export function familiesOf(text: string): Map<string, Family> {
  const { families } = parseExposition(text, { contentType: 'text/plain; version=0.0.4' });
  return new Map(
    [...families].map(([key, { type, help, samples }]) => {
      return [key, { type, help: help || undefined, sampleNames: new Set(samples.map(({ name }) => name)) }];
    }),
  );
}
