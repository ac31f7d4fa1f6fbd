// Measures the process, with instrumentations that a bundle cannot always load.
import { runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { startTelemetry } from '@trademeter/sdk';

let instrumentations = [];
try {
  instrumentations = runtimeInstrumentations();
} catch (error) {
  console.log(`${error.name} ${error.code}`);
}
startTelemetry({ instrumentations }).then((telemetry) => {
  setInterval(() => {}, 60_000); // waits for prices
  console.log(telemetry.endpoints[0].url);
});
