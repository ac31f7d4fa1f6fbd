import { afterEach } from 'vitest';
import { takeServerLogs } from '../src/servers/server.ts';

afterEach(({ task }) => {
  const logs = takeServerLogs();
  if (task.result?.state === 'fail') console.error(logs);
});
