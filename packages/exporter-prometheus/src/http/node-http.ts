/**
 * Node's HTTP module. An import statement would read every export of it, and among them `WebSocket` loads undici: a
 * third of Node's own start time.
 */
export const http = process.getBuiltinModule('node:http');
