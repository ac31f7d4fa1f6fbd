export {
  type BotCommand,
  type BotEnd,
  type BotOptions,
  BotProcess,
  type BotProgram,
  botCommand,
  startBot,
} from './bot-process.ts';
export { type Exposition, type Family, readExposition, type Sample, sampleLines } from './exposition.ts';
export {
  type DecodedData,
  type DecodedPoint,
  type DecodedRequest,
  dataOf,
  decodeProtobuf,
  joinRequests,
  metricsOf,
  type ReceivedPoint,
  receivedPoints,
} from './otlp-messages.ts';
export { decode, type OtlpAnswer, OtlpReceiver, pointsOf, type ReceivedExport } from './otlp-receiver.ts';
