// Generated from model/ by `pnpm generate`. Change it there.

/**
 * The schema URL of these conventions, for the meters that follow them. Its last segment is the version.
 *
 * @see https://opentelemetry.io/docs/specs/otel/schemas/#schema-url
 */
export const SCHEMA_URL = 'https://trademeter.example/schemas/0.1.0' as const;
