/** A wrong option. Thrown by the constructor, never by a scrape. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** Stable, for programs: `ERR_TRADEMETER_OPTION`. */
  readonly code: string;
  /** The option that is wrong. */
  readonly option: string;
  /** What it was set to. */
  readonly value: unknown;

  /** @param allowed what the option may be, as in "must be …" */
  constructor(option: string, allowed: string, value: unknown, code = 'ERR_TRADEMETER_OPTION') {
    super(`[trademeter/exporter-prometheus] ${option} must be ${allowed}, got ${describe(value)}`);
    this.code = code;
    this.option = option;
    this.value = value;
  }
}

const longest = 60;

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}
