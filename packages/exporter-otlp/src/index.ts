export { ConfigurationError } from '@trademeter/config';
export type { Collection, DroppedPart } from './collection.ts';
export type { ExportEnd, ExportObserver } from './export-observer.ts';
export { PushReader, type PushReaderOptions } from './push-reader.ts';
export type {
  Attempt,
  AttemptOptions,
  Outcome,
  RequestOptions,
  SendableRequest,
  Sender,
} from './sending/delivery.ts';
export { createExporterSender } from './sending/exporter-sender.ts';
export { createGrpcSender, type GrpcSenderOptions } from './sending/grpc-sender.ts';
export { createHttpSender, type HttpSenderOptions } from './sending/http-sender.ts';
export {
  type Certificates,
  type Compression,
  compressions,
  type Protocol,
  protocols,
} from './sending/sender-options.ts';
export { type Temporality, temporalities } from './temporality.ts';
