import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import type { ClientAuthType, TlsVersion } from './access/tls-settings.ts';
import type { PageHandler } from './http/routes.ts';

/** The options of `@opentelemetry/exporter-prometheus`. */
export interface ExporterConfig {
  /** Put before the name of every metric. Default none. */
  prefix?: string;
  /** Whether each sample carries the time of its collection. Default false. */
  appendTimestamp?: boolean;
  /** The path of the metrics. Default `/metrics`. */
  endpoint?: string;
  /** A name or address of this machine. Else `OTEL_EXPORTER_PROMETHEUS_HOST`, else `localhost`. */
  host?: string;
  /** 0 lets the system choose. Else `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464. */
  port?: number;
  /** Whether no server is started: for a mounted handler, or to call `startServer()` later. Default false. */
  preventServerStart?: boolean;
  /** Further sources of metrics. What they say of the resource is ignored. */
  metricProducers?: MetricProducer[];
  /** Which resource attributes become labels of every sample. Default none. */
  withResourceConstantLabels?: RegExp;
  /** Whether the `otel_scope_…` labels are omitted. Default false. */
  withoutScopeInfo?: boolean;
  /** Whether `target_info` is omitted. Default false. */
  withoutTargetInfo?: boolean;
}

/** What a {@link PrometheusExporter} takes: all of `@opentelemetry/exporter-prometheus`, and more. */
export interface PrometheusExporterConfig extends ExporterConfig {
  /** How names are translated. Default `UnderscoreEscapingWithSuffixes`. */
  translationStrategy?: TranslationStrategy;
  /** How long one collection may wait for observable callbacks, in milliseconds. Default 5,000. */
  collectTimeoutMillis?: number;
  /** How long a scraper may take to read an answer before it is cut off, in milliseconds. Default 30,000. */
  answerTimeoutMillis?: number;
  /** How long a client may take to send a request or to shake hands, in milliseconds. Default 5,000. */
  requestTimeoutMillis?: number;
  /** How long closing waits for answers under way before it cuts them off, in milliseconds. Default 2,000. */
  closeTimeoutMillis?: number;
  /** How many connections the server takes at once. Default 100. */
  maxConnections?: number;
  /**
   * Host names by which the server may be asked while it listens on loopback only, besides `localhost` and addresses;
   * `*` allows all. Else `OTEL_EXPORTER_PROMETHEUS_ALLOWED_HOSTS`, separated by commas.
   */
  allowedHosts?: readonly string[];
  /** Who sends `Authorization: Bearer` with it may scrape. Else `OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN`. */
  bearerToken?: string;
  /** The same from a file, read again when it changes. Else `OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN_FILE`. */
  bearerTokenFile?: string;
  /**
   * Users who may scrape, each with the hash of a password: `hashPassword()`'s, or bcrypt's, which needs the package
   * `@node-rs/bcrypt`. Else `OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_USER` and `…_BASIC_AUTH_PASSWORD_HASH`.
   */
  basicAuthUsers?: Readonly<Record<string, string>>;
  /** Serves https. Else `OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE`, `…_TLS_KEY_FILE` and `…_TLS_CLIENT_CA_FILE`. */
  tls?: TlsConfig;
  /**
   * A file in the format that Prometheus' own exporters share, read again when it changes; needs the package `yaml`.
   * Else `OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE`.
   */
  webConfigFile?: string;
  /**
   * Answers requests at paths other than the endpoint and `/-/healthy`, in place of the landing page. They are not
   * authenticated: what it serves is public.
   */
  pages?: PageHandler;
}

/** How the server speaks TLS. Files are read again when they change, and hold from the next handshake on. */
export interface TlsConfig {
  /** The server's certificate, with those between it and its root. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose clients' certificates are believed. */
  readonly clientCaFile?: string;
  /** Default `RequireAndVerifyClientCert` when there is a `clientCaFile`, else `NoClientCert`. */
  readonly clientAuthType?: ClientAuthType;
  /** A client's certificate must have one of these names. Default: any. */
  readonly clientAllowedSans?: readonly string[];
  /** Default `TLS12`. */
  readonly minVersion?: TlsVersion;
}
