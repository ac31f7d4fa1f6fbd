// Loads OpenTelemetry's HTTP instrumentation before the SDK, requests BOT_URL once, and ends by itself.
import { createRequire } from 'node:module';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';

const instrumentation = new HttpInstrumentation();
const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
const { startTelemetry } = await import('@trademeter/sdk');
await startTelemetry({ instrumentations: [instrumentation] });
await new Promise((resolve, reject) => {
  const request = http.get(process.env['BOT_URL'] ?? '', (response) => response.resume().on('end', resolve));
  request.on('error', reject);
});
