export { isKnownSeries, type KnownMetric, knownMetrics, metricOfSeries } from './known-series.ts';
export type { Exception, HistogramRule, MappedMetric, Mapping, SeriesRule } from './mapping.ts';
export { MappingError, type ReadMapping, readMapping } from './mapping-file.ts';
export { type LabelMatcher, matchingLabelsOf, type Selector, selectorsOf, syntaxError } from './promql.ts';
export { type RecordingRule, recordedNames, recordingRules, withKeptLabels } from './recording-rules.ts';
export { renderRuleFile } from './rule-file.ts';
