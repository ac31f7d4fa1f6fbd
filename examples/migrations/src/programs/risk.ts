/**
 * Rejections, halts and their reasons. Breakers and rules start at 0, so an alert on their increase fires on the first
 * trip.
 */
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({ serviceName: 'risk', exporters: [{ type: 'prometheus', port: 0 }] });

const risk = instrumentRisk({
  strategy: 'momentum',
  breakers: ['daily_loss', 'max_drawdown'],
  rules: ['max_exposure'],
});

function allows(exposure: number, dailyPnlRatio: number): boolean {
  const reasons: string[] = [];
  if (!risk.rule('max_exposure').check(exposure <= 0.9)) reasons.push('max_exposure');
  if (dailyPnlRatio < -0.03) {
    risk.breaker('daily_loss').trip();
    reasons.push('daily_loss');
  }
  if (reasons.length > 0) risk.reject({ reasons });
  return reasons.length === 0;
}

allows(0.5, 0.01);
allows(0.95, -0.04);
risk.killSwitch.activate();

await printMetrics(
  telemetry.endpoints[0]?.url,
  /^trading_(breaker_(status|trips)|kill_switch_status|risk_rejections).*$/gm,
);
