// Serves metrics, and so do its child process and its worker thread, on the same port.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { isMainThread, Worker } from 'node:worker_threads';
import { startTelemetry } from '@trademeter/sdk';

const isChild = process.argv[2] === 'child';
const telemetry = await startTelemetry();
if (isMainThread && !isChild) {
  const url = new URL(telemetry.endpoints[0]?.url ?? '');
  process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] = url.port;
  const worker = new Worker(new URL(import.meta.url));
  const child = fork(import.meta.filename, ['child']);
  await Promise.all([once(worker, 'exit'), once(child, 'exit')]);
  console.log(process.pid);
  process.exit();
}
