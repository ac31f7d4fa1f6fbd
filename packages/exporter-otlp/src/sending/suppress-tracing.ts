import { type Context, createContextKey } from '@opentelemetry/api';

// The context key of suppressTracing() in @opentelemetry/core, which is the same in every version. That package has
// thirty modules, which a process that pushes does not have to load for it.
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A context in which OpenTelemetry's instrumentations create no spans. */
export function suppressTracing(context: Context): Context {
  return context.setValue(suppressed, true);
}
