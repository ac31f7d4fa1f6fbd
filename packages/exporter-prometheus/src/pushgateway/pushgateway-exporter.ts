import type { OutgoingHttpHeaders } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import type { Attributes } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  anyBoolean,
  checkOptions,
  httpUrl,
  isObject,
  Log,
  nonEmptyString,
  type OptionCheck,
  optionError,
  secret,
  timerMillis,
} from '@trademeter/config';
import { CachedExposition, metricsOfScopes, textExposition } from '@trademeter/exposition';
import { AggregationTemporality, ExportResultCode, SettledResources, validMetrics } from '@trademeter/metric-store';
import { EventLoopBudget } from '../collection/event-loop-budget.ts';
import { http } from '../http/node-http.ts';

/** PushgatewayExporterConfig has the options of a {@link PushgatewayExporter}. */
export interface PushgatewayExporterConfig {
  /**
   * The Pushgateway's URL, with a user and password if it requires them.
   *
   * @default `http://localhost:9091`
   */
  readonly url?: string | undefined;
  /**
   * The group's `job` label.
   *
   * @default the resource's `service.namespace/service.name`
   */
  readonly job?: string | undefined;
  /** More labels of the group, by name, such as `{ run: '7' }`. Without them, each run of a job replaces the previous one. */
  readonly grouping?: Readonly<Record<string, string>> | undefined;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Milliseconds in which a request must be answered.
   *
   * @default 10,000
   */
  readonly timeoutMillis?: number | undefined;
  /**
   * Whether `shutdown()` deletes the group. If it does, Prometheus may not have scraped it yet.
   *
   * @default false
   */
  readonly deleteOnShutdown?: boolean | undefined;
}

/**
 * PushgatewayExporter pushes all metrics to a Prometheus Pushgateway, in the text format of a scrape. It is for runs
 * that end before a scrape, such as a backtest. For a long-running bot, prefer scraping or OTLP.
 *
 * A push is a `PUT`: it replaces the whole group of `job` and `grouping`. A failed push rejects with an error whose
 * `code` is the HTTP status or Node's code.
 *
 * @see https://github.com/prometheus/pushgateway#api
 * @example
 * const exporter = new PushgatewayExporter({ url: 'http://localhost:9091', job: 'backtest' });
 * const reader = new PeriodicExportingMetricReader({ exporter });
 */
export class PushgatewayExporter implements PushMetricExporter {
  readonly #log = new Log('exporter-prometheus');
  readonly #budget = new EventLoopBudget(sliceMillis);
  readonly #resources = new SettledResources();
  readonly #cached = new CachedExposition(exposition, {}, this.#log);
  /** Pushes share the kept text, so only one is rendered at a time. */
  #rendered: Promise<unknown> = Promise.resolve();
  readonly #url: URL;
  readonly #job: string | undefined;
  readonly #grouping: Readonly<Record<string, string>>;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMillis: number;
  readonly #deletesOnShutdown: boolean;
  /** The group of the last push. */
  #group: string | undefined;

  /** @throws {ConfigurationError} naming the first option that is wrong */
  constructor(config: PushgatewayExporterConfig = {}) {
    checkOptions(packageName, config, checks);
    const { url = 'http://localhost:9091', grouping = {}, headers = {} } = config;
    const { origin, pathname, username, password } = new URL(url);
    this.#url = new URL(pathname.replace(/\/+$/, ''), origin);
    this.#job = config.job;
    checkGrouping(grouping);
    this.#grouping = { ...grouping };
    this.#headers = { ...basicAuthorization(username, password), ...headersOf(headers) };
    this.#timeoutMillis = config.timeoutMillis ?? 10_000;
    this.#deletesOnShutdown = config.deleteOnShutdown === true;
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    this.push(metrics)
      .then(
        () => resultCallback({ code: ExportResultCode.SUCCESS }),
        (error: Error) => resultCallback({ code: ExportResultCode.FAILED, error }),
      )
      .catch((error: unknown) => this.#log.error('the callback of an export failed:', error));
  }

  /** Replaces the group with these metrics. Rejects if the Pushgateway does not accept them in time. */
  async push(metrics: ResourceMetrics): Promise<void> {
    const { attributes } = await this.#resources.of(metrics.resource, resourceTimeoutMillis);
    const group = groupPath(this.#job ?? jobOf(attributes), this.#grouping);
    const rendered = this.#rendered.then(() => this.#render(attributes, metrics));
    this.#rendered = rendered.catch(() => undefined);
    await this.#send('PUT', group, await rendered);
    this.#group = group;
  }

  /** Deletes the group of the last push, if any. Rejects if the Pushgateway does not do it in time. */
  async delete(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    await this.#send('DELETE', group);
    this.#group = undefined;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    if (this.#deletesOnShutdown) await this.delete();
  }

  async #render(attributes: object, metrics: ResourceMetrics): Promise<Uint8Array> {
    const valid = metricsOfScopes(validMetrics(metrics.scopeMetrics, this.#log));
    const { parts } = await this.#budget.run(this.#cached.render({ attributes, metrics: valid }));
    return Buffer.concat(parts);
  }

  async #send(method: 'PUT' | 'DELETE', group: string, body?: Uint8Array): Promise<void> {
    const url = `${this.#url.href.replace(/\/$/, '')}${group}`;
    const headers = body === undefined ? this.#headers : { ...this.#headers, 'content-type': exposition.contentType };
    const { status, reason, text: answer } = await request(url, { method, headers, body }, this.#timeoutMillis);
    // Redirects are refused too: following one would send the password elsewhere.
    if (status >= 200 && status < 300) return;
    throw Object.assign(new Error(describe(status, reason, answer)), { code: status });
  }
}

// The version that every Pushgateway reads.
const exposition = textExposition('0.0.4');
// How long rendering may block the event loop in one turn.
const sliceMillis = 2;
const resourceTimeoutMillis = 5_000;

const packageName = 'exporter-prometheus';

const groupingCheck: OptionCheck = {
  allowed: 'an object of label names (letters, digits and _, not job, not beginning with __) and strings',
  accepts: isObject,
};
const headersCheck: OptionCheck = secret({
  allowed: 'an object of header names and values',
  accepts: (value) => isObject(value) && headersOf(value) !== undefined,
});

const checks: Readonly<Record<keyof PushgatewayExporterConfig, OptionCheck>> = {
  // its user and password are a secret
  url: secret(httpUrl),
  job: nonEmptyString,
  grouping: groupingCheck,
  headers: headersCheck,
  timeoutMillis: timerMillis,
  deleteOnShutdown: anyBoolean,
};

const longestExcerpt = 200;
const longestAnswer = 65_536;

/** Names the job as the Collector does: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1 */
function jobOf(attributes: object): string {
  const { 'service.namespace': namespace, 'service.name': name } = attributes as Attributes;
  const service = typeof name === 'string' && name !== '' ? name : 'unknown_service';
  return typeof namespace === 'string' && namespace !== '' ? `${namespace}/${service}` : service;
}

function checkGrouping(grouping: object): void {
  for (const [label, value] of Object.entries(grouping)) {
    if (!isGroupingLabel(label)) throw optionError(packageName, 'grouping', groupingCheck, label);
    if (typeof value !== 'string') throw optionError(packageName, `grouping.${label}`, { allowed: 'a string' }, value);
  }
}

function headersOf(headers: object): Readonly<Record<string, string>> | undefined {
  try {
    return Object.fromEntries(new Headers(headers as Record<string, string>));
  } catch {
    return undefined;
  }
}

function basicAuthorization(username: string, password: string): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  } catch {
    const allowed = 'a URL whose user and password are percent-encoded';
    throw optionError(packageName, 'url', { allowed, isSecret: true }, undefined);
  }
}

function describe(status: number, reason: string, answer: string): string {
  const [shown, readable] = [reason, answer].map((each) => each.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ').trim());
  const excerpt = !readable || readable.startsWith('<') ? '' : `: ${readable.slice(0, longestExcerpt)}`;
  return `HTTP ${status} ${shown}`.trim() + excerpt;
}

interface Content {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Uint8Array | undefined;
}

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
}

/** Rejects with Node's error when there is no answer in time. */
function request(url: string, content: Content, timeoutMillis: number): Promise<Answer> {
  return attempt(url, content, timeoutMillis, AbortSignal.timeout(timeoutMillis));
}

function attempt(url: string, content: Content, timeoutMillis: number, signal: AbortSignal): Promise<Answer> {
  const { method, headers, body } = content;
  const target = urlToHttpOptions(new URL(url));
  const { globalAgent: agent } = target.protocol === 'https:' ? process.getBuiltinModule('node:https') : http;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const late = new Error(`no answer within ${timeoutMillis} ms`);
      reject(signal.aborted ? Object.assign(late, { code: 'ETIMEDOUT' }) : error);
    };
    // Not `request()`, which OpenTelemetry's HTTP instrumentation replaces: each push would count as a call of the bot.
    const outgoing = new http.ClientRequest({ ...target, method, headers, agent, signal }, (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= longestAnswer) chunks.push(chunk);
        else incoming.destroy();
      });
      incoming.on('error', fail);
      incoming.on('close', () => {
        const { statusCode = 0, statusMessage = '' } = incoming;
        resolve({ status: statusCode, reason: statusMessage, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that was closed says nothing about the Pushgateway, and a request replaces or deletes a group.
      const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (outgoing.reusedSocket && isClosed) resolve(attempt(url, content, timeoutMillis, signal));
      else fail(error);
    });
    outgoing.end(body);
  });
}

/**
 * The path of a group of metrics in a Pushgateway: `/metrics/job/<job>/<label>/<value>…`.
 *
 * @see https://github.com/prometheus/pushgateway#url
 */
function groupPath(job: string, grouping: Readonly<Record<string, string>>): string {
  const labels = Object.entries(grouping).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `/metrics${[['job', job] as const, ...labels].map(([label, value]) => segment(label, value)).join('')}`;
}

/** Whether a label can be part of a group. */
function isGroupingLabel(label: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !label.startsWith('__') && label !== 'job';
}

/** A slash, an empty value, and dots, which URLs resolve, must be encoded in base64. */
function segment(label: string, value: string): string {
  const wellFormed = value.toWellFormed();
  if (wellFormed !== '' && !wellFormed.includes('/') && !/^\.{1,2}$/.test(wellFormed)) {
    return `/${label}/${encodeURIComponent(wellFormed)}`;
  }
  return `/${label}@base64/${Buffer.from(wellFormed).toString('base64url') || '='}`;
}
