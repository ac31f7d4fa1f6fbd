/** A mapping with every key, explained. `migrate --help` prints it. */
export const mappingFormat = `system: my-bot # names the rule group
keep: [job, instance] # labels of the scrape that every rule keeps; this is the default
interval: 15s # how often the rules are evaluated; this is the default
mean: 5m # optional: each histogram's bare name becomes its mean over this window
rules:
  - record: my_orders_total # the old name
    from: trading_order_closed_total # a series of ours
    where: trading_venue="binance" # label matchers, as PromQL has them
    labels: # old label: ours. What is not listed is summed over
      side: trading_order_side
      status: trading_order_outcome
    values: # label: { our value: the old value }. Others stay
      status: { canceled: cancelled }
  - record: my_drawdown_pct
    from: trading_portfolio_drawdown_max_ratio
    multiply: -100 # percent, and a loss was negative
    aggregate: max # sum (the default), max, min or avg
  - record: my_cycles_total
    from: trading_cycle_duration_seconds_count
    zero: true # 0 until ours is there, as a counter without labels was
  - record: my_latency_ms
    histogram: trading_order_fill_duration_seconds # brings back _bucket, _sum and _count
    multiply: 1000 # seconds to milliseconds; le is rewritten
    buckets: [100, 500, 1000] # only these bounds, in the old unit; all of ours without it
  - record: my_success_rate # only meaningful as a query; <keep> are the kept labels
    query: >-
      100 * sum by (<keep>) (trading_order_closed_total{trading_order_outcome="filled"})
      / (sum by (<keep>) (trading_order_closed_total) > 0)
  - record: my_memory_bytes # a name may have several parts that differ in a label
    from: process_memory_usage
    set: { type: rss }
  - record: my_memory_bytes
    from: process_memory_virtual_bytes
    set: { type: virtual }
unchanged: [] # names that are the same on both sides; a rule would feed on itself
exceptions: # what cannot come back exactly. For people: nothing is generated from it
  - name: my_slippage
    reason: It was in price units.
    instead: sum by (<keep>) (trading_order_slippage_cost_total) # optional: a query that answers the same question
`;
