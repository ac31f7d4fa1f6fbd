/**
 * Node's HTTP. An import statement reads every export of the module, and `WebSocket` among them loads undici: a third
 * of the time in which Node itself starts.
 */
export const http = process.getBuiltinModule('node:http');
