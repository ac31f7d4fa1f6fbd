/**
 * How an attribute's presence is decided, in OpenTelemetry's words: `required` ones make a recording without them
 * a type error, all others are recorded when they are known.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/attribute-requirement-level/
 */
export type RequirementLevel = 'required' | 'conditionally_required' | 'recommended' | 'opt_in';

/** One attribute of one metric. */
export interface AttributeDefinition {
  readonly type: 'string' | 'int' | 'double' | 'boolean';
  readonly requirement: RequirementLevel;
  /** The well-known values, where the conventions list them. */
  readonly values?: readonly string[];
  /** True when other values than the listed ones may be recorded. */
  readonly open?: boolean;
}

/** One metric: everything that code, views, documents and dashboards need to know of it. */
export interface MetricDefinition {
  /** The OpenTelemetry name, for example `trading.order.placed`. */
  readonly name: string;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  /** The UCUM unit: `s`, `By`, `1`, or an annotation such as `{order}`. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: Readonly<Record<string, AttributeDefinition>>;
  /** Upper bounds of the histogram's buckets, ascending, in the metric's unit. Every histogram has them. */
  readonly boundaries?: readonly number[];
  /** How many series the SDK may keep; absent where its default of 2,000 fits. */
  readonly cardinalityLimit?: number;
}

/** What a recording takes for an attribute: its listed values, any text beside them where the list is open, else its type. */
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
 * The attributes that a recording of `D` takes: its required ones, and optionally the others. An optional one may be
 * given as `undefined`, which is the same as leaving it out.
 */
export type AttributesOf<D extends MetricDefinition> = {
  readonly [K in RequiredKey<D['attributes']>]: AttributeValue<D['attributes'][K]>;
} & {
  readonly [K in Exclude<keyof D['attributes'], RequiredKey<D['attributes']>>]?:
    | AttributeValue<D['attributes'][K]>
    | undefined;
};
