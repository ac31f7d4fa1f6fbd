import type { ChannelCredentials, Metadata, ServiceError } from '@grpc/grpc-js';
import { anyBoolean, checkOptions, nonEmptyString, type OptionCheck } from '@trademeter/config';
import { RequestEncoder } from '../encoding/request-encoder.ts';
import { version } from '../version.ts';
import type { AttemptOptions, Outcome, Sender } from './delivery.ts';
import { decodeResponse, retryDelayOf } from './export-response.ts';
import { acceptance } from './receiver-answer.ts';
import { type SenderOptions, senderChecks } from './sender-options.ts';

/** Options of {@link createGrpcSender}. */
export interface GrpcSenderOptions extends SenderOptions {
  /** A URL that begins with `http://`, `https://` or `unix:`, or host:port. */
  readonly url: string;
  /**
   * Whether host:port without a scheme is used without TLS.
   *
   * @default false
   */
  readonly isInsecure?: boolean | undefined;
}

const checks: Readonly<Record<keyof GrpcSenderOptions, OptionCheck>> = {
  ...senderChecks,
  url: nonEmptyString,
  isInsecure: anyBoolean,
};

type Grpc = typeof import('@grpc/grpc-js');

async function loadGrpc(): Promise<Grpc> {
  try {
    // In a try block, so that bundlers accept that it is missing.
    return await import('@grpc/grpc-js');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw Object.assign(new Error('OTLP over gRPC needs the package @grpc/grpc-js', { cause }), { code });
  }
}

const exportPath = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/**
 * Creates a sender of OTLP over gRPC. It needs the package `@grpc/grpc-js`.
 *
 * @throws ConfigurationError if an option is wrong, and Error (`ERR_MODULE_NOT_FOUND`) if the package is not installed
 * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
 */
export async function createGrpcSender(options: GrpcSenderOptions): Promise<Sender> {
  checkOptions('exporter-otlp', options, checks, ['url']);
  const grpc = await loadGrpc();
  const { url, compression = 'none', userAgent = `trademeter-exporter-otlp/${version}`, maxExportBatchSize } = options;
  const encoder = new RequestEncoder({ format: 'protobuf', maxExportBatchSize });
  const client = new grpc.Client(addressOf(url), credentialsFor(grpc, options), {
    'grpc.default_compression_algorithm': grpc.compressionAlgorithms[compression === 'gzip' ? 'gzip' : 'identity'],
    'grpc.primary_user_agent': userAgent,
  });

  function attempt(bytes: Buffer, { signal }: AttemptOptions): Promise<Outcome> {
    return new Promise((resolve) => {
      const call = client.makeUnaryRequest(
        exportPath,
        (body: Buffer) => body,
        (body: Buffer) => body,
        bytes,
        metadataOf(grpc, options.headers),
        (error, response) => resolve(error === null ? judgeResponse(response) : judgeError(error, grpc)),
      );
      signal.addEventListener('abort', () => call.cancel(), { once: true });
    });
  }

  return {
    takesSnapshots: true,
    async *requests(collection, requestOptions) {
      for await (const request of encoder.encode(collection, requestOptions)) {
        yield {
          dataPoints: request.dataPoints,
          async attempt(attemptOptions) {
            const outcome = await attempt(request.bytes, attemptOptions);
            request.isAccepted = outcome.error === undefined;
            return outcome;
          },
        };
      }
    },
    async shutdown() {
      client.close();
    },
  };
}

/** The address in an http or https URL; gRPC understands other targets itself. */
function addressOf(url: string): string {
  return /^https?:\/\//iu.test(url) ? new URL(url).host : url;
}

function credentialsFor({ credentials }: Grpc, options: GrpcSenderOptions): ChannelCredentials {
  const { url, isInsecure = false, certificates: { ca, key, cert } = {} } = options;
  const isPlain = /^https:\/\//iu.test(url) ? false : /^http:\/\//iu.test(url) || isInsecure;
  return isPlain ? credentials.createInsecure() : credentials.createSsl(ca, key, cert);
}

function metadataOf({ Metadata }: Grpc, headers: GrpcSenderOptions['headers'] = {}): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  return metadata;
}

function judgeResponse(response: Buffer | undefined): Outcome {
  try {
    return acceptance(decodeResponse(response ?? Buffer.alloc(0)));
  } catch {
    return { error: new Error('the receiver did not answer in OTLP') };
  }
}

/** https://opentelemetry.io/docs/specs/otlp/#failures */
function judgeError(error: ServiceError, { status }: Grpc): Outcome {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const retryAfterMillis = typeof details === 'object' ? retryDelayOf(details) : undefined;
  switch (error.code) {
    case status.CANCELLED:
    case status.DEADLINE_EXCEEDED:
    case status.ABORTED:
    case status.OUT_OF_RANGE:
    case status.UNAVAILABLE:
    case status.DATA_LOSS:
      return { error, isTransient: true, retryAfterMillis };
    case status.RESOURCE_EXHAUSTED:
      // Retryable only if the receiver sends a delay.
      return { error, isTransient: retryAfterMillis !== undefined, retryAfterMillis };
    default:
      return { error };
  }
}
