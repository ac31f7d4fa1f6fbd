/**
 * The requirement level of an attribute, as OpenTelemetry defines it. A recording without a `required` attribute is a
 * type error; all others are recorded if they are known.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/attribute-requirement-level/
 */
export type RequirementLevel = 'required' | 'conditionally_required' | 'recommended' | 'opt_in';

/** One attribute of one metric. */
export interface AttributeDefinition {
  readonly type: 'string' | 'int' | 'double' | 'boolean';
  readonly requirement: RequirementLevel;
  /** The well-known values, if the conventions list them. */
  readonly values?: readonly string[];
  /** Whether other values than the listed ones may be recorded. */
  readonly open?: boolean;
}

/** MetricDefinition is one metric, with everything that code, views, documents and dashboards need. */
export interface MetricDefinition {
  /** The OpenTelemetry name, for example `trading.order.placed`. */
  readonly name: string;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  /** The UCUM unit: `s`, `By`, `1`, or an annotation such as `{order}`. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: Readonly<Record<string, AttributeDefinition>>;
  /** The upper bounds of the buckets of a histogram, ascending, in the unit of the metric. Every histogram has them. */
  readonly boundaries?: readonly number[];
  /** The cardinality limit: the number of series that an SDK keeps. Default: 2,000. */
  readonly cardinalityLimit?: number;
}

/** The type of an attribute in a recording: its listed values, any other text if the list is open, else its type. */
export type AttributeValue<A extends AttributeDefinition> = A extends {
  readonly values: readonly (infer V extends string)[];
}
  ? A extends { readonly open: true }
    ? V | (string & {})
    : V
  : A['type'] extends 'int' | 'double'
    ? number
    : A['type'] extends 'boolean'
      ? boolean
      : string;

type RequiredKey<A extends MetricDefinition['attributes']> = {
  [K in keyof A]: A[K]['requirement'] extends 'required' ? K : never;
}[keyof A];

/**
 * The attributes of a recording of `D`: the required ones, and optionally the others. An optional attribute may be
 * `undefined`, which is the same as omitting it.
 */
export type AttributesOf<D extends MetricDefinition> = {
  readonly [K in RequiredKey<D['attributes']>]: AttributeValue<D['attributes'][K]>;
} & {
  readonly [K in Exclude<keyof D['attributes'], RequiredKey<D['attributes']>>]?:
    | AttributeValue<D['attributes'][K]>
    | undefined;
};
