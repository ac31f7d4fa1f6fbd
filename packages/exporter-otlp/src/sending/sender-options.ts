import { integerBetween, isObject, nonEmptyString, type OptionCheck, oneOf, secret } from '@trademeter/config';

export const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
/** How OTLP is spoken. */
export type Protocol = (typeof protocols)[number];

export const compressions = ['none', 'gzip'] as const;
/** How requests are compressed. */
export type Compression = (typeof compressions)[number];

/** What a TLS connection is made with, as Node takes it. */
export interface Certificates {
  /** The authorities to trust; those of the system when omitted. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Options that every sender has. */
export interface SenderOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `none`. */
  readonly compression?: Compression;
  readonly certificates?: Certificates;
  readonly userAgent?: string;
  /** The most data points of one request. Default: as many as 4 MiB hold. */
  readonly maxExportBatchSize?: number | undefined;
}

export const senderChecks: Readonly<Record<keyof SenderOptions, OptionCheck>> = {
  headers: secret({
    allowed: 'an object of header names and values',
    accepts: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  }),
  compression: oneOf(...compressions),
  certificates: secret({ allowed: 'an object with ca, cert and key', accepts: isObject }),
  userAgent: nonEmptyString,
  maxExportBatchSize: integerBetween(1, Number.POSITIVE_INFINITY),
};
