import { expect, test } from 'vitest';
import { Bot } from '../data/bot.js';
import { parseExposition } from '../exposition/index.ts';
import { conventionsVersion } from '../panels/catalogue.js';
import { panelOf } from '../panels/panels.js';
import { isZeroWhenAbsent } from './reasons.js';

function scraped(text: string, times = 2): Bot {
  const bot = new Bot();
  const { families } = parseExposition(text);
  const samples = [...families.values()].flatMap((family) => family.samples);
  for (let second = 1; second <= times; second += 1) bot.append(second * 2000, samples, new Map(families));
  return bot;
}

const isZero = (bot: Bot) => isZeroWhenAbsent(panelOf('errors-total'), bot);

const scope = (version = conventionsVersion) =>
  `otel_scope_name="@trademeter/instrumentation-runtime",otel_scope_version="${version}"`;
const dependency = (labels: string) =>
  `# TYPE trading_dependency_status gauge\ntrading_dependency_status{${labels},trading_dependency_name="db",trading_dependency_state="up"} 1\n`;
const warnings = `# TYPE trading_errors_total counter\ntrading_errors_total{${scope()},trading_component="feed",error_type="x",trading_error_severity="warning"} 3\n`;
const dropped = `# TYPE trademeter_measurement_dropped_total counter\ntrademeter_measurement_dropped_total{${scope()}} 0\n`;

test('the number of errors is 0 before the first one, if errors are instrumented', () => {
  expect(isZero(scraped(dependency(scope())))).toBe(true);
  expect(isZero(scraped(warnings))).toBe(true);
});

test('the number of errors is unknown if errors are not instrumented, or may have another name', () => {
  expect(isZero(scraped(dropped))).toBe(false);
  expect(isZero(scraped(dependency(scope('99.0.0'))))).toBe(false);
  expect(isZero(scraped(dependency(scope()), 1))).toBe(false);
});

test('the absence of other figures is never 0', () => {
  expect(isZeroWhenAbsent(panelOf('equity'), scraped(dependency(scope())))).toBe(false);
});
