import { startTelemetry } from '@trademeter/sdk';

try {
  await startTelemetry();
} catch (error) {
  console.log(error.name, error.message);
}
