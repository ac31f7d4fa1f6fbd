// Prints the files that a bot loads until its endpoint listens.
import { registerHooks } from 'node:module';

const urls = new Set();
registerHooks({
  load(url, context, next) {
    urls.add(url);
    return next(url, context);
  },
});
const { startTelemetry } = await import('@trademeter/sdk');
const telemetry = await startTelemetry();
console.log(JSON.stringify([...urls].filter((url) => url.startsWith('file:'))));
await telemetry.shutdown();
