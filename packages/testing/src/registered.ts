// Where @opentelemetry/api keeps what is registered. Its accessors return a no-op when nothing is, and no logger at all.
const apiKey = Symbol.for('opentelemetry.js.api.1');

/** What is registered with the API: the logger of `diag`, or the global meter provider; `undefined` when nothing is. */
export function registered(api: 'diag' | 'metrics'): unknown {
  const global = globalThis as { readonly [apiKey]?: { readonly diag?: unknown; readonly metrics?: unknown } };
  return global[apiKey]?.[api];
}
