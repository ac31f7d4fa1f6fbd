import { integerBetween, isObject, nonEmptyString, type OptionCheck, oneOf, secret } from '@trademeter/config';

export const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
/** Protocol is the transport and encoding of OTLP. */
export type Protocol = (typeof protocols)[number];

export const compressions = ['none', 'gzip'] as const;
/** Compression of requests. */
export type Compression = (typeof compressions)[number];

/** Certificates of a TLS connection, as options of Node. */
export interface Certificates {
  /**
   * Trusted authorities.
   *
   * @default those of the system
   */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Options that all senders share. */
export interface SenderOptions {
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How requests are compressed.
   *
   * @default `none`
   */
  readonly compression?: Compression;
  /**
   * `{ ca, cert, key }` in PEM: trusted authorities, a client certificate and its key.
   *
   * @default the authorities of the system
   */
  readonly certificates?: Certificates;
  /**
   * The `User-Agent` of requests.
   *
   * @default this package and its version
   */
  readonly userAgent?: string;
  /**
   * Maximum data points of a request.
   *
   * @default as many as fit into 4 MiB
   */
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
