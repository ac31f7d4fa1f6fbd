/** A domain has a file of metrics, a page of documentation, and a package that records them. */
export interface Domain {
  readonly name: string;
  readonly title: string;
  /** The text of the page before its table. */
  readonly introduction: string;
  /** Further sections of the page, after the buckets. */
  readonly details?: string;
}

/** The domains in the order of the documentation. */
export const domains: readonly Domain[] = [
  {
    name: 'orders',
    title: 'Orders and trades',
    introduction: `A **fill** is one execution; an order has one or more. A **trade** is a round trip: a position that was
opened and closed again. An order counts in \`trading.order.placed\` when it is sent and once in
\`trading.order.closed\` when it ends, so that placed = closed - reopened + open, except for orders that were placed
before the SDK started.

Histograms have no negative values. Profit and slippage are recorded as absolute amounts, and an attribute
(\`trading.trade.result\`, \`trading.slippage.direction\`) is the sign; a rebate is a fee with
\`trading.payment.direction="received"\`.

Reasons of rejections have their own counter, \`trading.order.rejections\`, because they are not known in advance. The
outcomes of an order are, so their series exist at 0 from the first order. [Vocabularies](vocabularies.md#reject-reasons)
lists the reasons.`,
  },
  {
    name: 'portfolio',
    title: 'Portfolio and performance',
    introduction: `The profit and loss of a period is the change in equity, net of fees, adjusted for deposits and withdrawals. The
periods overlap (a day is part of its week), so never sum over \`trading.period\`.

A figure that is not defined yet is **absent**, not 0: there is no win ratio before the first round trip and no Sharpe
ratio before the second day. A closed position reads 0 in the next collection of every reader, then its series ends. (On
an SDK whose series cannot end, it stays at 0.)

Figures that may be added up over accounts or bots in one currency are updowncounters; ratios and results are gauges.`,
    details: `## How the figures are computed

E is the equity of a snapshot; D and W are the deposits and withdrawals since the previous snapshot.

| Figure | Formula |
| --- | --- |
| exposure, gross and net | (long + short) / E and (long − short) / E |
| P&L of a period | E − E of the last snapshot before the period − Σ(D − W) since then |
| return of a period | time-weighted: Π (E + W) / (previous E + D) − 1 over its snapshots |
| drawdown | 1 − u / highest u, where u is the value of one unit of the portfolio: the product above, from the start. Without deposits and withdrawals, u moves like the equity. Above 1 if equity is below 0. |
| drawdown age | seconds since u was last at its highest |
| recovery duration | from the peak to the snapshot at which u is at the peak again |
| realized P&L | Σ of round trips, and of funding in the portfolio's currency, in the period. Once a snapshot has \`realizedPnl\`, the change of that running total instead. |
| realized P&L of a symbol | Σ of its round trips since the start, without funding |
| win ratio | wins / all round trips, including those with a P&L of exactly 0 |
| profit factor | Σ profits / −Σ losses |
| streak | the number of last round trips with the same result; the other two results read 0 |
| best, worst | the highest and the lowest P&L of a round trip, whatever the sign |
| Sharpe ratio | mean / sample standard deviation (n − 1) of the last 30 daily returns × √\`annualization\`, without a risk-free rate. A daily return is the change of u from the last snapshot of a day to that of the next day with a snapshot. It counts once that day is over. |

**Deposits and withdrawals.** Within a return, deposits count right after the previous snapshot and withdrawals right
before the next one. A snapshot before a deposit and one after a withdrawal make the return exact. P&L and return depend
on the snapshots: what happens between two of them, deposits included, is seen with the second.

**Undefined figures** are absent: everything before the first snapshot or round trip, a profit factor without a loss, a
Sharpe ratio of fewer than two returns or of returns without deviation, exposure without equity or with a position of
unknown value, and the return of a period that started without money.

**Periods.** A day starts at midnight in the option \`timeZone\`, a week on Monday (ISO 8601). The current period is
determined when the metric is read: at 0:00 the P&L of the day is 0, even without a snapshot. A change belongs to the
period in which it is seen, also across days of 23 or 25 hours and days without a bot.

**Total loss.** If equity falls to 0 or below, everything is lost; the account may recover. New money after a total
loss restarts return and drawdown, because no growth rate leads from nothing to something. P&L and the largest drawdown
continue.

**Clocks that step back.** A clock that steps back, even over midnight, restarts no period and changes no age. A clock
that is set back beyond the previous day restarts day, week, month and year with the last equity; total, drawdown and
ages continue as if the step took no time. A replay that starts again may call \`reset()\`, or continue with its data.`,
  },
  {
    name: 'risk',
    title: 'Risk',
    introduction: `A breaker is named after what it guards, so its name is the reason if it opens. As in an electric circuit, **open
means that trading is halted**. The series of a breaker, the kill switch, a rule and a limit start at 0, so that an alert
on \`increase(…[5m]) > 0\` sees the first trip.`,
  },
  {
    name: 'strategy',
    title: 'Strategy',
    introduction: `Several durations lie between a signal and its order: \`trading.signal.generation.duration\` is the time to generate the
signal, \`trading.decision.duration\` the time from the signal to the decision, \`trading.signal.order.duration\` the time
from the signal to the placed order, and \`trading.signal.fill.duration\` (see [Orders and trades](orders.md)) the time
from the signal to the last fill.`,
  },
  {
    name: 'agent',
    title: 'AI agents and models',
    introduction: `Calls of language models are recorded with OpenTelemetry's GenAI metrics, as defined in the last release together with
the general conventions (v1.41). There are \`trading.*\` metrics only for what they lack, such as the cost. The name of an
agent is \`gen_ai.agent.name\`. A prediction model that is not a language model has \`trading.model.name\`.`,
  },
  {
    name: 'cache',
    title: 'Caches and features',
    introduction: `A query goes to a cache as a whole, a lookup to one of its layers. A query that is answered by the second layer is one
query (a hit) and two lookups: a miss in the first layer and a hit in the second. The own cache of a provider has the
name of the provider as \`trading.cache.name\`.`,
  },
  {
    name: 'market-data',
    title: 'Providers, market data and sentiment',
    introduction: `A provider is any outside service: market data, the API of a broker, news, a webhook. The age of data
(\`trading.data.age\`) is computed at collection, so that it grows while no data arrives.`,
  },
  {
    name: 'runtime',
    title: 'Runtime',
    introduction: `Metrics of the bot as a program. Metrics of the process, the host and the event loop (\`process.*\`, \`system.*\`,
\`nodejs.*\`, \`v8js.*\`) and of HTTP servers and databases (\`http.server.*\`, \`db.client.*\`) are OpenTelemetry's, recorded
by its own instrumentations, and are not defined again here.

\`trademeter.measurement.dropped\` is recorded by \`@trademeter/instrumentation\`, and includes what the metric store drops.
A measurement never throws into the bot, so this metric shows wrong calls.`,
    details: `## The process and its machine

Recorded by the OpenTelemetry instrumentations that \`runtimeInstrumentations()\` of \`@trademeter/instrumentation-runtime\`
returns. A metric of OpenTelemetry without a unit has no unit in its Prometheus name either.

| Metric | Prometheus | From |
| --- | --- | --- |
| \`process.cpu.time\` | \`process_cpu_time_seconds_total\` | host-metrics |
| \`process.cpu.utilization\` | \`process_cpu_utilization\` | host-metrics |
| \`process.memory.usage\`, in bytes | \`process_memory_usage\` | host-metrics |
| \`process.memory.virtual\`, on Linux | \`process_memory_virtual_bytes\` | this package |
| \`process.uptime\` | \`process_uptime_seconds\` | this package |
| \`system.cpu.time\`, by core and mode | \`system_cpu_time_seconds_total\` | host-metrics |
| \`system.cpu.utilization\`, by core and mode | \`system_cpu_utilization\` | host-metrics |
| \`system.memory.usage\`, in bytes, by state | \`system_memory_usage\` | host-metrics |
| \`system.memory.utilization\`, by state | \`system_memory_utilization\` | host-metrics |
| \`system.filesystem.usage\`, by state: \`used\`, \`free\`, \`reserved\` | \`system_filesystem_usage_bytes\` | this package |
| \`system.filesystem.utilization\`: used / (used + free), like \`df\` | \`system_filesystem_utilization_ratio\` | this package |
| \`system.network.io\`, \`system.network.errors\`, \`system.network.packet.dropped\`, with the group \`system.network\` | \`system_network_io_total\`, \`system_network_errors_total\`, \`system_network_packet_dropped_total\` | host-metrics |
| \`nodejs.eventloop.delay.min\`, \`.max\`, \`.mean\`, \`.stddev\`, \`.p50\`, \`.p90\`, \`.p99\` | \`nodejs_eventloop_delay_p99_seconds\`, … | runtime-node |
| \`nodejs.eventloop.time\`, by state | \`nodejs_eventloop_time_seconds_total\` | runtime-node |
| \`nodejs.eventloop.utilization\` | \`nodejs_eventloop_utilization_ratio\` | runtime-node |
| \`v8js.gc.duration\`, by type | \`v8js_gc_duration_seconds\` | runtime-node |
| \`v8js.memory.heap.used\`, by space | \`v8js_memory_heap_used_bytes\` | runtime-node |
| \`v8js.memory.heap.space.size\`, \`.available_size\`, \`.physical_size\`, by space | \`v8js_memory_heap_space_size_bytes\`, … | runtime-node |
| \`v8js.resource.active\`, by type | \`v8js_resource_active\` | runtime-node |
| \`http.server.request.body.size\` | \`http_server_request_body_size_bytes\` | this package |
| \`http.server.response.body.size\` | \`http_server_response_body_size_bytes\` | this package |

## Databases

Recorded by OpenTelemetry's \`@opentelemetry/instrumentation-pg\`.

| Prometheus | Labels |
| --- | --- |
| \`db_client_operation_duration_seconds\` | \`db_operation_name\` (\`SELECT\`), \`db_system_name\`, \`db_namespace\`, \`server_address\`, \`server_port\`, and \`error_type\` (the SQLSTATE) on failure |
| \`db_client_connection_count\` | \`db_client_connection_pool_name\`, \`db_client_connection_state\` (\`idle\`, \`used\`) |
| \`db_client_connection_max\`, \`db_client_connection_pending_requests\` | \`db_client_connection_pool_name\` |

A pool has its own name if it was created from \`host\`, \`port\` and \`database\`; pools created from a connection string share
one. A connection that was just returned counts as used until the next event of the pool.`,
  },
];
