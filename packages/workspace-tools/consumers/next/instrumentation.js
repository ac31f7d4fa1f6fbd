export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { startTelemetry } = await import('@trademeter/sdk');
  const telemetry = await startTelemetry({ serviceName: 'next-bot' });
  console.log(telemetry.endpoints[0].url);
}
