export {
  anyBoolean,
  anyFunction,
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationErrorDetails,
  checkOptions,
  describeValue,
  finiteNumber,
  integerBetween,
  Log,
  listOf,
  longestTimerMillis,
  meterProviderOption,
  nonEmptyString,
  numberBetween,
  type OptionCheck,
  oneOf,
  positiveNumber,
} from '@trademeter/config';
export type { AgeInstrument } from './age-instrument.ts';
export { attributeValue, longestAttributeValue } from './attribute-value.ts';
export { requireFunction, swallowIfPromise } from './callable.ts';
export { counted } from './counted.ts';
export { isSameCurrency } from './currency-code.ts';
export type { AttributesFor, MethodDecorator } from './decorator.ts';
export { countDrops, type DropCounts, type DropReason } from './drop-log.ts';
export { errorType } from './error-type.ts';
export { type Figure, readFigure, requireFigure } from './figure.ts';
export { handlesByName } from './handles-by-name.ts';
export { httpStatusOf, toInteger } from './http-status.ts';
export type { BoundRecorder, BoundSum, Counter, Gauge, Histogram, UpDownCounter } from './instrument.ts';
export {
  createInstrumentationMeter,
  type InstrumentationMeterOptions,
  type InstrumentationOptions,
} from './instrumentation-meter.ts';
export { createMeter, type Meter, type MeterOptions, monotonicNow } from './meter.ts';
export { defineMetric } from './metric-definition.ts';
export { epochMilliseconds, type Moment, secondsBetween } from './moment.ts';
export { announceMeterProvider, onLateRecording } from './provider-watch.ts';
export { readField } from './read-field.ts';
export { type Settled, whenSettled } from './settled.ts';
export type { BoundState, Observe, StateInstrument } from './state-instrument.ts';
export type { StatusInstrument } from './status-instrument.ts';
export { runTimed, timed } from './timed.ts';
export type { Timer } from './timer.ts';
export { createTiming, type RunningTimer, type Timing } from './timing.ts';
export { hasErrorList, isIbkr, isVenueRateLimit, venueCodeOf } from './venue-code.ts';
