export { createPageHandler, type PageHandler, type PageOptions, type PageTarget } from './page-handler.ts';
export { startViewServer, type ViewServer, type ViewServerOptions, type ViewTarget } from './view-server.ts';
