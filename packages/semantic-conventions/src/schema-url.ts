// Generated from model/ by `pnpm generate`. Change it there.

/**
 * The version of these conventions, as the schema URL of a meter that records by them; its last segment is the version.
 *
 * @see https://opentelemetry.io/docs/specs/otel/schemas/#schema-url
 */
export const SCHEMA_URL = 'https://trademeter.example/schemas/0.1.0' as const;
