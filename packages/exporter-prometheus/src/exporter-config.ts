import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import type { ClientAuthType, TlsVersion } from './access/tls-settings.ts';
import type { PageHandler } from './http/routes.ts';

/** ExporterConfig has the options of `@opentelemetry/exporter-prometheus`. */
export interface ExporterConfig {
  /**
   * A name or address of this machine; `0.0.0.0` in a container. `localhost` is 127.0.0.1 and ::1, where the machine has
   * both.
   *
   * @default `localhost`
   * @env OTEL_EXPORTER_PROMETHEUS_HOST
   */
  host?: string;
  /**
   * The TCP port, from 0 to 65535. 0 takes a free one, shown in `exporter.address` and the SDK's `telemetry.endpoints`.
   *
   * @default 9464
   * @env OTEL_EXPORTER_PROMETHEUS_PORT
   */
  port?: number;
  /**
   * The URL path of the metrics.
   *
   * @default `/metrics`
   */
  endpoint?: string;
  /**
   * Starts no server: call `startServer()` later, or use `getMetricsRequestHandler()`.
   *
   * @default false
   */
  preventServerStart?: boolean;
  /** Put before every metric name, followed by an underscore. */
  prefix?: string;
  /**
   * Writes the time of the collection after every value. The specification advises against it, and each scrape then
   * renders every line.
   *
   * @default false
   */
  appendTimestamp?: boolean;
  /** Further sources of metrics. Their resource is ignored. Experimental upstream. */
  metricProducers?: MetricProducer[];
  /** A regular expression. Resource attributes whose key matches become labels of every series. */
  withResourceConstantLabels?: RegExp;
  /**
   * Omits the `otel_scope_…` labels.
   *
   * @default false
   */
  withoutScopeInfo?: boolean;
  /**
   * Omits `target_info`.
   *
   * @default false
   */
  withoutTargetInfo?: boolean;
}

/** PrometheusExporterConfig has the options of a {@link PrometheusExporter}. Options in code win over variables. */
export interface PrometheusExporterConfig extends ExporterConfig {
  /**
   * How names are translated, as in Prometheus.
   *
   * @default `UnderscoreEscapingWithSuffixes`
   */
  translationStrategy?: TranslationStrategy;
  /**
   * Milliseconds that a collection waits for observable callbacks and metric producers.
   *
   * @default 5,000
   */
  collectTimeoutMillis?: number;
  /**
   * Milliseconds in which a client must have read an answer. It falls to a sixth while four later answers are running,
   * and then to 0 while all answers together hold more than 128 MB.
   *
   * @default 30,000
   */
  answerTimeoutMillis?: number;
  /**
   * Milliseconds in which a client must have sent a request, or completed the TLS handshake.
   *
   * @default 5,000
   */
  requestTimeoutMillis?: number;
  /**
   * Milliseconds that closing waits for running answers; other connections close at once.
   *
   * @default 2,000
   */
  closeTimeoutMillis?: number;
  /**
   * Connections at once. Beyond it, the longest idle one is closed, else the one whose client has not read for the
   * longest time, else the new one.
   *
   * @default 100
   */
  maxConnections?: number;
  /**
   * Host names without ports that the `Host` header may have while the server listens on loopback only, besides
   * `localhost` and addresses; `*` allows all. Commas separate them in the variable.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_ALLOWED_HOSTS
   */
  allowedHosts?: readonly string[];
  /**
   * A token that clients send as `Authorization: Bearer`: printable ASCII without spaces.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN
   */
  bearerToken?: string;
  /**
   * A file with such a token, of at most 1 MB. While it is broken, the last token stays; when it is no longer a regular
   * file, no token is accepted.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN_FILE
   */
  bearerTokenFile?: string;
  /**
   * Password hashes by user name: from `hashPassword()`, or from bcrypt (`htpasswd -nB`) with a cost of at most 16, which
   * needs `npm install @node-rs/bcrypt`. The variables set one user, and need each other.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_USER
   * @env OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_PASSWORD_HASH
   */
  basicAuthUsers?: Readonly<Record<string, string>>;
  /** Serves https. The variables of the certificate and its key need each other, that of the authorities needs both. */
  tls?: TlsConfig;
  /**
   * All of this in a file: the {@link https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md web configuration}
   * of Prometheus' own exporters, without `http2`. Needs `npm install yaml`.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE
   */
  webConfigFile?: string;
  /**
   * Answers requests at paths other than the endpoint and `/-/healthy`, instead of the landing page. Clients are not
   * authenticated there: what it serves is public.
   */
  pages?: PageHandler;
}

/** TlsConfig has the TLS settings of the server. Changed files take effect for new connections. */
export interface TlsConfig {
  /**
   * The path of the server's certificate in PEM format, with its intermediate certificates.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE
   */
  readonly certFile: string;
  /**
   * The path of its private key in PEM format.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_TLS_KEY_FILE
   */
  readonly keyFile: string;
  /**
   * The path of the certificate authorities, in PEM format, that sign client certificates. Clients then need one, unless
   * `clientAuthType` is weaker.
   *
   * @env OTEL_EXPORTER_PROMETHEUS_TLS_CLIENT_CA_FILE
   */
  readonly clientCaFile?: string;
  /**
   * What is required of client certificates, named as in Go.
   *
   * @default `RequireAndVerifyClientCert` with a `clientCaFile`, else `NoClientCert`
   */
  readonly clientAuthType?: ClientAuthType;
  /** Names of which a client certificate must have one. Needs a `clientAuthType` that requires a certificate. */
  readonly clientAllowedSans?: readonly string[];
  /**
   * The oldest TLS version.
   *
   * @default `TLS12`
   */
  readonly minVersion?: TlsVersion;
}
