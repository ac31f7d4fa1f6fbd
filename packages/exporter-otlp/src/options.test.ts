import { expect, test } from 'vitest';
import { ConfigurationError, createGrpcSender, createHttpSender, PushReader } from './index.ts';

const url = 'http://localhost:4318/v1/metrics';
const sender = createHttpSender({ url, protocol: 'http/json' });

test.each<[message: string, options: object]>([
  ['there is no option intervalMilis (did you mean intervalMillis?);', { sender, destination: 'a', intervalMilis: 5 }],
  ['sender must be a sender, such as createHttpSender makes, got an object', { sender: {}, destination: 'a' }],
  ['destination must be a non-empty string, got undefined', { sender }],
  ['temporality must be one of cumulative, delta, lowmemory', { sender, destination: 'a', temporality: 'sum' }],
  ['intervalMillis must be a whole number of milliseconds', { sender, destination: 'a', intervalMillis: 0 }],
])('a reader rejects a wrong option: %s', (message, options) => {
  const make = () => new PushReader(options as never);
  expect(make).toThrow(`[trademeter/exporter-otlp] ${message}`);
  expect(make).toThrow(ConfigurationError);
});

test.each<[message: string, options: object]>([
  ['there is no option header (did you mean headers?);', { url, protocol: 'http/json', header: {} }],
  ['url must be a URL that begins with http:// or https://, got "localhost:4318"', { url: 'localhost:4318' }],
  ['protocol must be one of http/protobuf, http/json, got "grpc"', { url, protocol: 'grpc' }],
  ['maxExportBatchSize must be an integer not below 1, got 0', { url, protocol: 'http/json', maxExportBatchSize: 0 }],
  [
    'headers must be an object of header names and values, got a value that is not shown',
    { url, headers: 'token=s3cret' },
  ],
])('a sender over HTTP rejects a wrong option: %s', (message, options) => {
  const make = () => createHttpSender(options as never);
  expect(make).toThrow(message);
  expect(make).not.toThrow(/s3cret/);
});

test('a sender over gRPC rejects a wrong option', async () => {
  const made = createGrpcSender({ url: 'localhost:4317', insecure: true } as never);
  await expect(made).rejects.toThrow('there is no option insecure (did you mean isInsecure?);');
});
