// `--require` cannot wait for telemetry to start before the bot.
try {
  const { writeSync } = require('node:fs') as typeof import('node:fs');
  writeSync(
    2,
    '[trademeter/sdk] node --require cannot start telemetry. Use node --import @trademeter/sdk/register. The bot runs without telemetry.\n',
  );
} catch {
  // stderr cannot be written.
}
