// Where @opentelemetry/api keeps registrations. Its accessors return a no-op provider if there is none, and no logger.
const apiKey = Symbol.for('opentelemetry.js.api.1');

/**
 * What is registered with the API: the logger of `diag`, or the global meter provider; `undefined` if there is none.
 */
export function registered(api: 'diag' | 'metrics'): unknown {
  const global = globalThis as { readonly [apiKey]?: { readonly diag?: unknown; readonly metrics?: unknown } };
  return global[apiKey]?.[api];
}
