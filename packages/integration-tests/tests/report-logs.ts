import { takeServerLogs } from '@trademeter/workspace-tools';
import { afterEach } from 'vitest';

afterEach(({ task }) => {
  const logs = takeServerLogs();
  if (task.result?.state === 'fail') console.error(logs);
});
