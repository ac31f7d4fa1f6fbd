/** The names of the doctor's checks. */
export type CheckName =
  | 'reachable'
  | 'format'
  | 'conventions'
  | 'identity'
  | 'domains'
  | 'cardinality'
  | 'dropped'
  | 'clock'
  | 'authentication'
  | 'tls'
  | 'scrape';

/** The result of one check. */
export interface Finding {
  readonly check: CheckName;
  /** `problem` makes the exit status 1; a `note` is worth knowing. */
  readonly status: 'ok' | 'note' | 'problem';
  /** The result in one sentence. */
  readonly summary: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** The series of one metric family. */
export interface FamilyCardinality {
  readonly family: string;
  readonly series: number;
  /** The labels with the most values, the highest number first. */
  readonly labels: readonly { readonly label: string; readonly values: number }[];
}

/** The doctor's report about one endpoint. */
export interface Report {
  readonly url: string;
  readonly findings: readonly Finding[];
  /** Families by number of series, the largest first. */
  readonly cardinality: readonly FamilyCardinality[];
}
