import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { MeterProvider } from '@trademeter/metric-store';
import { dataOf, decodeProtobuf } from '@trademeter/test-support';
import { expect, onTestFinished, test } from 'vitest';
import { malformedProducer, malformedResource } from '../../test/malformed-scopes.ts';
import { createGrpcSender, type ExportEnd, type GrpcSenderOptions, PushReader } from '../index.ts';

type Answer = Parameters<sendUnaryData<Buffer>>;

/** A gRPC receiver that keeps what it gets; `undefined` leaves a call open. It stops with the test. */
async function startReceiver(answer: (call: number) => Answer | undefined) {
  const calls: { readonly body: Buffer; readonly metadata: Metadata }[] = [];
  const canceled: number[] = [];
  const server = new Server();
  server.register(
    '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
      const number = calls.push({ body: call.request, metadata: call.metadata }) - 1;
      call.on('cancelled', () => canceled.push(number));
      const given = answer(number);
      if (given !== undefined) respond(...given);
    },
    (body: Buffer) => body,
    (body: Buffer) => body,
    'unary',
  );
  onTestFinished(() => server.forceShutdown());
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) resolve(port);
    else reject(error);
  });
  return { calls, canceled, url: `http://127.0.0.1:${await promise}` };
}

const accepted: Answer = [null, Buffer.alloc(0)];

async function createReader(sender: GrpcSenderOptions, timeoutMillis = 5_000) {
  const lines: string[] = [];
  const ends: ExportEnd[] = [];
  const reader = new PushReader({
    sender: await createGrpcSender(sender),
    destination: 'receiver',
    intervalMillis: 3_600_000,
    timeoutMillis,
    warn: (line) => lines.push(line),
    observer: { begin: () => (end) => void ends.push(end) },
  });
  const counter = new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders');
  for (let id = 0; id < 25; id += 1) counter.add(id, { id });
  onTestFinished(() => reader.shutdown());
  return { reader, lines, ends };
}

test.each(['none', 'gzip'] as const)('splits a push into calls, compression %s', async (compression) => {
  const { url, calls } = await startReceiver(() => accepted);
  const headers = { authorization: 'Bearer a' };
  const { reader, lines } = await createReader({ url, compression, headers, maxExportBatchSize: 10 });
  await reader.forceFlush();
  expect(lines).toEqual([]);
  expect(calls).toHaveLength(3);
  expect(calls[0]?.metadata.get('authorization')).toEqual(['Bearer a']);
  const values = calls
    .flatMap(({ body }) => decodeProtobuf(body).resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap((metric) => dataOf(metric).dataPoints.map(({ asDouble }) => asDouble));
  expect(values).toEqual(Array.from({ length: 25 }, (_, id) => id));
});

/** google.rpc.Status with a google.rpc.RetryInfo of no delay. */
function withRetryInfo(): Metadata {
  const type = 'type.googleapis.com/google.rpc.RetryInfo';
  const any = Buffer.concat([Buffer.from([0x0a, type.length]), Buffer.from(type), Buffer.from([0x12, 2, 0x0a, 0])]);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.concat([Buffer.from([0x08, 8, 0x1a, any.length]), any]));
  return metadata;
}

test.each<[string, Partial<import('@grpc/grpc-js').ServiceError>, number]>([
  ['UNAVAILABLE', { code: status.UNAVAILABLE }, 2],
  ['RESOURCE_EXHAUSTED with a delay', { code: status.RESOURCE_EXHAUSTED, metadata: withRetryInfo() }, 2],
  ['RESOURCE_EXHAUSTED', { code: status.RESOURCE_EXHAUSTED }, 1],
  ['INVALID_ARGUMENT', { code: status.INVALID_ARGUMENT }, 1],
])('retries after %s as the protocol allows', async (_, error, attempts) => {
  const { url, calls } = await startReceiver((call) =>
    call === 0 ? [{ name: 'no', message: 'no', ...error }] : accepted,
  );
  const { reader, lines } = await createReader({ url });
  await reader.forceFlush();
  expect(calls).toHaveLength(attempts);
  expect(lines).toHaveLength(attempts === 1 ? 1 : 0);
});

test('reports what a receiver rejected', async () => {
  const message = Buffer.from('too old');
  const partial = Buffer.concat([Buffer.from([0x08, 3, 0x12, message.length]), message]);
  const { url } = await startReceiver(() => [null, Buffer.concat([Buffer.from([0x0a, partial.length]), partial])]);
  const { reader, lines, ends } = await createReader({ url });
  await reader.forceFlush();
  expect(ends).toMatchObject([{ rejectedDataPoints: 3 }]);
  expect(lines).toEqual([expect.stringContaining('rejected 3 data points: too old')]);
});

test('cancels a call without an answer in time', async () => {
  const { url, canceled } = await startReceiver(() => undefined);
  const { reader, lines } = await createReader({ url }, 1_500);
  await reader.forceFlush();
  await expect.poll(() => canceled, { timeout: 60_000 }).toEqual([0]);
  expect(lines).toEqual([expect.stringContaining('no answer within 1500 ms')]);
});

test('drops what cannot be encoded, and sends the rest', async () => {
  const { url, calls } = await startReceiver(() => accepted);
  const lines: string[] = [];
  const reader = new PushReader({
    sender: await createGrpcSender({ url }),
    destination: 'receiver',
    metricProducers: [malformedProducer()],
    warn: (line) => lines.push(line),
  });
  onTestFinished(() => reader.shutdown());
  const provider = new MeterProvider({ readers: [reader], resource: malformedResource() as never });
  provider.getMeter('bot').createCounter('orders').add(3);
  await reader.forceFlush();
  const names = calls
    .flatMap(({ body }) => decodeProtobuf(body).resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
  expect(names).toEqual(['orders', 'good']);
  expect(lines).toHaveLength(3);
});
