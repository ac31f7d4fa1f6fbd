// Has no telemetry, and requests BOT_URL in two ways: for --import @trademeter/sdk/register.
import { get } from 'node:http';

const url = process.env['BOT_URL'] ?? '';
await (await fetch(url)).text();
await new Promise((resolve, reject) => {
  get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
});
