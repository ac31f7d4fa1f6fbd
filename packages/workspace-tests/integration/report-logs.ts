import { afterEach } from 'vitest';
import { runningServerLogs } from '../src/servers/server.ts';

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(runningServerLogs());
});
