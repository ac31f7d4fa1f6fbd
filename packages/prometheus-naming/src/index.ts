export {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  escapingSchemes,
  isLegacyLabelName,
  isLegacyMetricName,
} from './escaping.ts';
export {
  type NamedMetric,
  type TranslationStrategy,
  translateLabelName,
  translateMetricName,
  translateUnit,
  translationStrategies,
} from './naming.ts';
