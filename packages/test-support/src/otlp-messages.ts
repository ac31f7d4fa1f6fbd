import protobuf from 'protobufjs';

/** The OTLP messages in use, as in opentelemetry-proto. */
const schema = `
syntax = "proto3";
message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeMetrics { InstrumentationScope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
message InstrumentationScope {
  string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
}
message Metric {
  string name = 1; string description = 2; string unit = 3;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; ExponentialHistogram exponential_histogram = 10; }
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message ExponentialHistogram {
  repeated ExponentialHistogramDataPoint data_points = 1; int32 aggregation_temporality = 2;
}
message NumberDataPoint {
  repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
  repeated Exemplar exemplars = 5; uint32 flags = 8;
}
message HistogramDataPoint {
  repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4;
  optional double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7;
  repeated Exemplar exemplars = 8; uint32 flags = 10; optional double min = 11; optional double max = 12;
}
message ExponentialHistogramDataPoint {
  repeated KeyValue attributes = 1; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4;
  optional double sum = 5; sint32 scale = 6; fixed64 zero_count = 7; Buckets positive = 8; Buckets negative = 9;
  uint32 flags = 10; repeated Exemplar exemplars = 11; optional double min = 12; optional double max = 13;
}
message Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2; }
message Exemplar {
  repeated KeyValue filtered_attributes = 7; fixed64 time_unix_nano = 2;
  oneof value { double as_double = 3; sfixed64 as_int = 6; }
  bytes span_id = 4; bytes trace_id = 5;
}
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
`;

const requestType = protobuf.parse(schema).root.lookupType('ExportMetricsServiceRequest');

export interface DecodedAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The fields of a data point that tests use. */
export interface DecodedPoint {
  readonly attributes?: readonly DecodedAttribute[];
  readonly exemplars?: readonly unknown[];
  readonly asDouble?: number | string;
  readonly asInt?: number | string;
  /** Of histograms. */
  readonly count?: number | string;
  readonly sum?: number;
  readonly bucketCounts?: readonly (number | string)[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  [field: string]: unknown;
}

export interface DecodedData {
  readonly aggregationTemporality?: number;
  readonly dataPoints: DecodedPoint[];
  [field: string]: unknown;
}

export interface DecodedMetric {
  readonly name: string;
  readonly gauge?: DecodedData;
  readonly sum?: DecodedData;
  readonly histogram?: DecodedData;
  readonly exponentialHistogram?: DecodedData;
  [field: string]: unknown;
}

export interface DecodedScope {
  readonly scope?: { readonly name?: string };
  readonly metrics: DecodedMetric[];
}

export interface DecodedResource {
  readonly attributes?: readonly DecodedAttribute[];
}

/** A request in the form of OTLP's JSON. */
export interface DecodedRequest {
  readonly resourceMetrics: { readonly resource?: DecodedResource; readonly scopeMetrics: DecodedScope[] }[];
}

/** Decodes a protobuf request. 64-bit numbers become strings, bytes become base64. */
export function decodeProtobuf(bytes: Uint8Array): DecodedRequest {
  const message = requestType.decode(bytes);
  return requestType.toObject(message, { longs: String, bytes: String }) as DecodedRequest;
}

/** The data of a metric, whatever its type. */
export function dataOf(metric: DecodedMetric): DecodedData {
  const data = metric.gauge ?? metric.sum ?? metric.histogram ?? metric.exponentialHistogram;
  if (data === undefined) throw new Error(`${metric.name} has no data`);
  return data;
}

/** Merges the requests of one collection into one. */
export function joinRequests(requests: readonly DecodedRequest[]): DecodedRequest | undefined {
  const [first, ...others] = structuredClone(requests);
  const scopes = first?.resourceMetrics[0]?.scopeMetrics;
  if (first === undefined || scopes === undefined) return undefined;
  for (const scope of others.flatMap(({ resourceMetrics }) => resourceMetrics[0]?.scopeMetrics ?? [])) {
    const last = scopes.at(-1);
    if (last === undefined || JSON.stringify(last.scope) !== JSON.stringify(scope.scope)) {
      scopes.push(scope);
      continue;
    }
    const lastMetric = last.metrics.at(-1);
    const [firstMetric, ...rest] = scope.metrics;
    if (lastMetric !== undefined && firstMetric !== undefined && lastMetric.name === firstMetric.name) {
      dataOf(lastMetric).dataPoints.push(...dataOf(firstMetric).dataPoints);
      last.metrics.push(...rest);
    } else last.metrics.push(...scope.metrics);
  }
  return first;
}

/** The metrics of all scopes in a request. */
export function metricsOf({ resourceMetrics }: DecodedRequest): DecodedMetric[] {
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
}

/** ReceivedPoint is one series in one export: a sum or a histogram. */
export interface ReceivedPoint {
  /** The name of the instrumentation scope, because scopes may share metric names. */
  readonly scope: string;
  readonly metric: string;
  /** Its attributes as sorted JSON, which identify the series together with the scope and the metric's name. */
  readonly attributes: string;
  readonly temporality: 'delta' | 'cumulative';
  /** The value of a sum; for a histogram its sum, its count, and the count of each bucket. */
  readonly values: readonly number[];
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
}

/** The sums and histograms in a request, one item for each series. */
export function receivedPoints({ resourceMetrics }: DecodedRequest): ReceivedPoint[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics: own }) => own.map((metric) => ({ ...metric, scope: scope?.name ?? '' }))),
  );
  return metrics.flatMap(({ scope, name, sum, histogram }) => {
    const data = sum ?? histogram;
    return (data?.dataPoints ?? []).map((point) => ({
      scope,
      metric: name,
      attributes: JSON.stringify((point.attributes ?? []).toSorted((a, b) => (a.key < b.key ? -1 : 1))),
      temporality: data?.aggregationTemporality === 1 ? ('delta' as const) : ('cumulative' as const),
      values: sum
        ? [Number(point.asDouble ?? point.asInt)]
        : [Number(point.sum), Number(point.count), ...(point.bucketCounts ?? []).map(Number)],
      start: BigInt(point.startTimeUnixNano),
      end: BigInt(point.timeUnixNano),
    }));
  });
}
