import { startTelemetry } from '@trademeter/sdk';

await startTelemetry({ exporters: [{ type: 'prometheus', host: '127.0.0.1', port: 0 }] });
process.send?.('listening');
