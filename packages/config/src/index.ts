export { defaultCardinalityLimit } from './cardinality-limit.ts';
export { checkOptions } from './check-options.ts';
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationErrorDetails,
  type ConfigurationProblem,
  configurationErrorCodes,
} from './configuration-error.ts';
export { describeError, describeValue, messageOf } from './describe-value.ts';
export {
  type Environment,
  findVariable,
  isBlank,
  readBoolean,
  readInteger,
  readList,
  readText,
  readWord,
  type Variable,
} from './environment.ts';
export { Log } from './log.ts';
export { findNodeProblem, throwOnOldNode } from './node-version.ts';
export {
  anyBoolean,
  anyFunction,
  anyList,
  anyObject,
  anyString,
  filePath,
  finiteNumber,
  hasMethods,
  httpUrl,
  integerBetween,
  isObject,
  listOf,
  longestTimerMillis,
  meterProviderOption,
  nonEmptyString,
  numberBetween,
  type OptionCheck,
  oneOf,
  portNumber,
  positiveNumber,
  regularExpression,
  secret,
  timerMillis,
} from './option-checks.ts';
export { plainText } from './plain-text.ts';
export { optionError, type ProblemSink, Problems, throwFirstProblem } from './problems.ts';
export { shownUrl } from './shown-url.ts';
export { settlesWithin, within } from './time-limit.ts';
