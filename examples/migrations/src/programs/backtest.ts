/**
 * A backtest. `now` is the clock of the replay, so a day is a day of the data. `mode` separates its series from live ones.
 * A backtest ends before a scrape: push it (`OTEL_METRICS_EXPORTER=otlp`). Shutdown sends what it recorded.
 */
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({
  serviceName: 'backtest',
  mode: 'backtest',
  exporters: [{ type: 'prometheus', port: 0 }],
});

const closes = [100, 104, 97, 101, 108];
let day = Date.UTC(2020, 0, 6);
const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'backtest', now: () => day });

for (const close of closes) {
  portfolio.snapshot({
    value: 1000 * close,
    cash: 0,
    positions: [{ symbol: 'SPY', side: 'long', value: 1000 * close }],
  });
  day += 24 * 60 * 60 * 1000;
}
// At the end, no position is left.
portfolio.trade({ pnl: 8000 });
portfolio.snapshot({ value: 108_000, cash: 108_000, positions: [] });

await printMetrics(
  telemetry.endpoints[0]?.url,
  /^trading_(portfolio_(value|return_ratio|drawdown_max)|position_open).*$/gm,
);
