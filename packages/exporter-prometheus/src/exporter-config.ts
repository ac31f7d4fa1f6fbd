import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import type { ClientAuthType, TlsVersion } from './access/tls-settings.ts';
import type { PageHandler } from './http/routes.ts';

/** ExporterConfig has the options of `@opentelemetry/exporter-prometheus`. */
export interface ExporterConfig {
  /** Put before every metric name, followed by an underscore. Default none. */
  prefix?: string;
  /**
   * Writes the time of the collection after every value. Default false: the specification advises against it, and each
   * scrape then renders every line.
   */
  appendTimestamp?: boolean;
  /** The URL path of the metrics. Default `/metrics`. */
  endpoint?: string;
  /**
   * A name or address of this machine; `localhost` listens on 127.0.0.1 and ::1, where the machine has both. Default:
   * `OTEL_EXPORTER_PROMETHEUS_HOST`, then `localhost`.
   */
  host?: string;
  /** The TCP port; 0 takes a free one. Default: `OTEL_EXPORTER_PROMETHEUS_PORT`, then 9464. */
  port?: number;
  /** Starts no server: call `startServer()` later, or use `getMetricsRequestHandler()`. Default false. */
  preventServerStart?: boolean;
  /** Further sources of metrics. Their resource is ignored. Experimental upstream. */
  metricProducers?: MetricProducer[];
  /** Resource attributes that match become labels of every series. Default none. */
  withResourceConstantLabels?: RegExp;
  /** Omits the `otel_scope_…` labels. Default false. */
  withoutScopeInfo?: boolean;
  /** Omits `target_info`. Default false. */
  withoutTargetInfo?: boolean;
}

/** PrometheusExporterConfig has the options of a {@link PrometheusExporter}. Options in code win over variables. */
export interface PrometheusExporterConfig extends ExporterConfig {
  /** How names are translated. Default `UnderscoreEscapingWithSuffixes`. */
  translationStrategy?: TranslationStrategy;
  /** Milliseconds that a collection waits for observable callbacks and metric producers. Default 5,000. */
  collectTimeoutMillis?: number;
  /**
   * Milliseconds in which a client must have read an answer. Default 30,000. The limit is a sixth of that while four later
   * answers are running, and 0 while all answers together hold more than 128 MB.
   */
  answerTimeoutMillis?: number;
  /** Milliseconds in which a client must have sent a request, or completed the TLS handshake. Default 5,000. */
  requestTimeoutMillis?: number;
  /** Milliseconds that closing waits for running answers; other connections close at once. Default 2,000. */
  closeTimeoutMillis?: number;
  /**
   * The number of connections at once. Default 100. When there are more, the longest idle one is closed, else the one
   * whose client has not read for the longest time, else the new one.
   */
  maxConnections?: number;
  /**
   * Names that the `Host` header may have while the server listens on loopback only, besides `localhost` and addresses;
   * `*` allows all. Default: `OTEL_EXPORTER_PROMETHEUS_ALLOWED_HOSTS`, separated by commas.
   */
  allowedHosts?: readonly string[];
  /** A token that clients may send as `Authorization: Bearer`. Default: `OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN`. */
  bearerToken?: string;
  /**
   * A file with such a token, at most 1 MB, read again when it changes. While it is broken, the last token holds; when it
   * is no longer a regular file, none does. Default: `OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN_FILE`.
   */
  bearerTokenFile?: string;
  /**
   * Password hashes by user name: from `hashPassword()`, or from bcrypt with a cost of at most 16, which needs the package
   * `@node-rs/bcrypt`. Default: `OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_USER` and `…_BASIC_AUTH_PASSWORD_HASH`.
   */
  basicAuthUsers?: Readonly<Record<string, string>>;
  /**
   * Serves https. Default: `OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE`, `…_TLS_KEY_FILE` and `…_TLS_CLIENT_CA_FILE`, or
   * plain http.
   */
  tls?: TlsConfig;
  /**
   * A web configuration file, the format that Prometheus' own exporters share, read again when it changes; needs the
   * package `yaml`. Default: `OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE`.
   *
   * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
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
  /** The path of the server's certificate in PEM format, with its intermediate certificates. */
  readonly certFile: string;
  /** The path of its private key in PEM format. */
  readonly keyFile: string;
  /** The path of the certificate authorities, in PEM format, that sign client certificates. */
  readonly clientCaFile?: string;
  /** Default `RequireAndVerifyClientCert` with a `clientCaFile`, else `NoClientCert`. */
  readonly clientAuthType?: ClientAuthType;
  /** Names of which a client certificate must have one. Default: any name. */
  readonly clientAllowedSans?: readonly string[];
  /** The oldest TLS version. Default `TLS12`. */
  readonly minVersion?: TlsVersion;
}
