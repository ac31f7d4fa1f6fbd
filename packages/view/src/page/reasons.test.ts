import { expect, test } from 'vitest';
import { Bot } from '../data/bot.js';
import { parseExposition } from '../exposition/index.ts';
import { conventionsVersion } from '../panels/catalogue.js';
import { panelOf } from '../panels/panels.js';
import { PanelData } from './panel-data.js';

function scraped(text: string, times = 2): Bot {
  const bot = new Bot();
  const { families } = parseExposition(text);
  const samples = [...families.values()].flatMap((family) => family.samples);
  for (let second = 1; second <= times; second += 1) bot.append(second * 2000, samples, new Map(families));
  return bot;
}

function errorsOf(bot: Bot): number[] {
  const target = { state: 'up' } as never;
  const view = { bot, target, from: 0, to: 60_000, rangeMillis: 60_000, intervalMillis: 2000 };
  return new PanelData(panelOf('errors-total')).figures(view).map(({ value }) => value);
}

const scope = (version = conventionsVersion) =>
  `otel_scope_name="@trademeter/instrumentation-runtime",otel_scope_version="${version}"`;
const dependency = (labels: string) =>
  `# TYPE trading_dependency_status gauge\ntrading_dependency_status{${labels},trading_dependency_name="db",trading_dependency_state="up"} 1\n`;
const warnings = `# TYPE trading_errors_total counter\ntrading_errors_total{${scope()},trading_component="feed",error_type="x",trading_error_severity="warning"} 3\n`;
const dropped = `# TYPE trademeter_measurement_dropped_total counter\ntrademeter_measurement_dropped_total{${scope()}} 0\n`;

test('no error so far is 0 where errors are instrumented', () => {
  expect(errorsOf(scraped(dependency(scope())))).toEqual([0]);
  expect(errorsOf(scraped(warnings))).toEqual([0]);
});

test('no error so far is unknown where errors are not instrumented, or may have another name', () => {
  expect(errorsOf(scraped(dropped))).toEqual([]);
  expect(errorsOf(scraped(dependency(scope('99.0.0'))))).toEqual([]);
  expect(errorsOf(scraped(dependency(scope()), 1))).toEqual([]);
});

test('an error that was counted is not shown as 0', () => {
  const error = (value: number) => warnings.replace('warning', 'error').replace('} 3', `} ${value}`);
  const bot = scraped(error(1));
  const { families } = parseExposition(error(4));
  bot.append(
    6000,
    [...families.values()].flatMap((family) => family.samples),
    new Map(families),
  );
  expect(errorsOf(bot)[0]).toBeGreaterThan(2);
});
