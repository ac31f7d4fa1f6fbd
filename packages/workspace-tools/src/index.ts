export { markdownTable } from './documents/markdown-table.ts';
export { withWrittenParts } from './documents/written-parts.ts';
export { cached, cacheFolder } from './processes/cache.ts';
export { type CommandResult, mustRun, run, versionOf } from './processes/command.ts';
export { progress } from './processes/progress.ts';
export { makeDataFolder, type Server, startServer, takeServerLogs } from './processes/server.ts';
export { workspaceFolder } from './workspace.ts';
