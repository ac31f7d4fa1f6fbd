export type { Attempt, AttemptOptions, Outcome, Sender } from './delivery.ts';
export type { ExportEnd, ExportObserver } from './export-observer.ts';
export { createExporterSender } from './exporter-sender.ts';
export {
  type Certificates,
  type Compression,
  compressions,
  createHttpSender,
  type HttpSenderOptions,
  type Protocol,
  protocols,
} from './http-sender.ts';
export { plainText } from './plain-text.ts';
export { PushReader, type PushReaderOptions } from './push-reader.ts';
export { type Temporality, temporalities } from './temporality.ts';
export { within } from './time-limit.ts';
