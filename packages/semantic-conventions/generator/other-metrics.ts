import type { NamedMetric } from '@trademeter/prometheus-naming';

/** A metric on dashboards that the conventions do not define: OpenTelemetry's own, and Prometheus' own about a scrape. */
export interface OtherMetric extends NamedMetric {
  readonly domain: 'process' | 'http' | 'database' | 'scrape';
  readonly brief: string;
  /** The attributes that panels filter or group by. */
  readonly attributes: readonly string[];
  readonly boundaries?: readonly number[];
  /** Set if the name is Prometheus' own and is not translated. */
  readonly isTranslated?: false;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * The metrics, with names, units and instruments of the instrumentations that `@trademeter/instrumentation-runtime`
 * pins. Some of OpenTelemetry's metrics have no unit.
 */
export const otherMetrics: readonly OtherMetric[] = [
  process('process.uptime', 'gauge', 's', 'Time since the process started.'),
  process('process.cpu.utilization', 'gauge', '', 'Share of the processors that the process used.', ['cpu.mode']),
  process('process.memory.usage', 'updowncounter', '', 'Resident memory of the process, in bytes.'),
  process('process.memory.virtual', 'updowncounter', 'By', 'Virtual memory of the process.'),
  process('system.cpu.utilization', 'gauge', '', 'Share of the time that a processor spent in a mode.', [
    'cpu.logical_number',
    'cpu.mode',
  ]),
  process('system.memory.utilization', 'gauge', '', 'Share of the memory of the machine, by state.', [
    'system.memory.state',
  ]),
  process('system.filesystem.utilization', 'gauge', '1', 'Share of a file system that is in use.', [
    'system.filesystem.mountpoint',
  ]),
  process('system.filesystem.usage', 'updowncounter', 'By', 'Space of a file system, by state.', [
    'system.filesystem.mountpoint',
    'system.filesystem.state',
  ]),
  process('nodejs.eventloop.delay.p50', 'gauge', 's', 'Median delay of the event loop.'),
  process('nodejs.eventloop.delay.p99', 'gauge', 's', '99th percentile of the delay of the event loop.'),
  process('nodejs.eventloop.delay.max', 'gauge', 's', 'Longest delay of the event loop.'),
  process('nodejs.eventloop.utilization', 'gauge', '1', 'Share of the time that the event loop was busy.'),
  process('v8js.memory.heap.used', 'updowncounter', 'By', 'Heap in use, by space.', ['v8js.heap.space.name']),
  {
    ...process('v8js.gc.duration', 'histogram', 's', 'Time that a garbage collection took.', ['v8js.gc.type']),
    boundaries: [0.01, 0.1, 1, 10],
  },
  {
    name: 'http.server.request.duration',
    instrument: 'histogram',
    unit: 's',
    domain: 'http',
    brief: 'Time that the bot took to answer an HTTP request.',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'],
    boundaries: seconds,
  },
  {
    name: 'db.client.operation.duration',
    instrument: 'histogram',
    unit: 's',
    domain: 'database',
    brief: 'Time of an operation of a database.',
    attributes: ['db.system.name', 'db.operation.name', 'error.type'],
    boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  {
    name: 'db.client.connection.count',
    instrument: 'updowncounter',
    unit: '{connection}',
    domain: 'database',
    brief: 'Connections of a pool, by state.',
    attributes: ['db.client.connection.pool.name', 'db.client.connection.state'],
  },
  scrape('up', 'Whether Prometheus could scrape the target (1) or not (0).', []),
  scrape('scrape_duration_seconds', 'Time that Prometheus took to scrape the target.', []),
  scrape('scrape_samples_scraped', 'Samples that the target exposed.', []),
  scrape('target_info', 'The resource: which bot it is, and in which mode it trades.', [
    'service.name',
    'service.version',
    'trading.mode',
    'telemetry.sdk.name',
    'telemetry.distro.name',
    'telemetry.distro.version',
  ]),
];

function process(
  name: string,
  instrument: OtherMetric['instrument'],
  unit: string,
  brief: string,
  attributes: readonly string[] = [],
): OtherMetric {
  return { name, instrument, unit, domain: 'process', brief, attributes };
}

function scrape(name: string, brief: string, attributes: readonly string[]): OtherMetric {
  return { name, instrument: 'gauge', unit: '', domain: 'scrape', brief, attributes, isTranslated: false };
}
