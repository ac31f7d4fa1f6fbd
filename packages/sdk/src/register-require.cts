// `--require` waits for nothing, and telemetry starts before the bot only when it is waited for.
try {
  const { writeSync } = require('node:fs') as typeof import('node:fs');
  writeSync(
    2,
    '[trademeter/sdk] node --require cannot start telemetry. Use node --import @trademeter/sdk/register. The bot runs without telemetry.\n',
  );
} catch {
  // Nobody reads stderr.
}
