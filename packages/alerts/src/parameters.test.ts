import {
  tradingCycleDuration,
  tradingOrderFillDuration,
  tradingOrderRequestDuration,
  tradingSignalOrderDuration,
} from '@trademeter/semantic-conventions';
import { describe, expect, test } from 'vitest';
import {
  type AlertOptions,
  alertmanagerConfig,
  alertRules,
  parseAlertSettings,
  ruleFiles,
  thresholdDefinitions,
} from './index.ts';

describe('options', () => {
  test.each([
    [{ drawdown: 'abc' }, 'drawdown must be a number from 0.0001 to 1, got "abc"'],
    [{ drawdown: 10 }, 'drawdown must be a number from 0.0001 to 1, got 10'],
    [{ drawdown: Number.NaN }, 'drawdown must be a number from 0.0001 to 1, got NaN'],
    [{ breakerTrips: 1.5 }, 'breakerTrips must be an integer from 1 to 1000, got 1.5'],
    [{ drawdown: 0.2 }, 'drawdown must be below drawdownCritical, which is 0.15, got 0.2'],
    [{ exposureCritical: 0.5 }, 'exposure must be below exposureCritical, which is 0.5, got 0.7'],
    [{ botLabels: [] }, 'botLabels must be a list of different Prometheus label names, at least one, got []'],
    [
      { botLabels: ['job', 'job'] },
      'botLabels must be a list of different Prometheus label names, at least one, got ["job", "job"]',
    ],
    [{ botLabels: ['a b'] }, 'botLabels must be a list of different Prometheus label names, at least one, got ["a b"]'],
    [{ ignoredModes: ['demo'] }, 'ignoredModes must be a list of live, paper, backtest, got ["demo"]'],
    [
      { runbookBaseUrl: '{{ x }}' },
      'runbookBaseUrl must be an address or a path without spaces, braces, ? and #, got "{{ x }}"',
    ],
  ])('%j is refused: %s', (options, message) => {
    expect(() => alertRules(options as AlertOptions)).toThrow(`[trademeter/alerts] ${message}`);
  });

  test('that do not exist are refused, with a list of those that do', () => {
    expect(() => ruleFiles({ drawDown: 0.1 } as AlertOptions)).toThrow(
      /there is no option drawDown \(did you mean drawdown\?\); the options are drawdown, /u,
    );
  });

  test('of Alertmanager are checked too', () => {
    const make = (options: object) => () => alertmanagerConfig(options);
    expect(make({ chanels: [] })).toThrow('there is no option chanels (did you mean channels?); the options are ');
    expect(make({ channels: ['pager'] })).toThrow(
      'channels must be a list of telegram, discord, slack, email, at least',
    );
    expect(make({ email: { to: 'a', from: 'b', host: 'c' } })).toThrow('email.smarthost must be a non-empty string');
    expect(make({ secretsFolder: '' })).toThrow('secretsFolder must be the path of a folder, got ""');
  });

  test('that are wrong carry a code and the name of the option', () => {
    expect(() => alertRules({ drawdown: -1 })).toThrow(
      expect.objectContaining({ code: 'ERR_TRADEMETER_OPTION', option: 'drawdown', value: -1 }),
    );
  });

  test('change the expression and the text of an alert', () => {
    const rule = alertRules({ drawdown: 0.1 })[0]?.rules.find(({ alert }) => alert === 'TradingDrawdownHigh');
    expect(rule?.expr).toContain('> 0.1\n');
    expect(rule?.annotations['description']).toContain('10%');
  });

  test.each([
    ['orderRequestSeconds', tradingOrderRequestDuration],
    ['fillSeconds', tradingOrderFillDuration],
    ['signalOrderSeconds', tradingSignalOrderDuration],
    ['cycleSeconds', tradingCycleDuration],
  ] as const)('%s stays within the buckets, above which no quantile can be computed', (name, { boundaries }) => {
    const { minimum, default: value, maximum } = thresholdDefinitions[name];
    expect(minimum).toBeGreaterThanOrEqual(boundaries[0]);
    expect(maximum).toBeLessThanOrEqual(Math.max(...boundaries));
    expect(boundaries).toContain(value);
  });

  test('go before the runbook', () => {
    const [rule] = alertRules({ runbookBaseUrl: 'https://wiki.example/bots' })[0]?.rules ?? [];
    expect(rule?.annotations['runbook_url']).toBe('https://wiki.example/bots/safety.md#tradingkillswitchactive');
  });
});

describe('settings of the command line', () => {
  test('are read', () => {
    expect(parseAlertSettings(['drawdown=0.1', 'botLabels=job, instance', 'ignoredModes=', 'memoryBytes=2e9'])).toEqual(
      {
        drawdown: 0.1,
        botLabels: ['job', 'instance'],
        ignoredModes: [],
        memoryBytes: 2e9,
      },
    );
  });

  test.each([
    ['drawdown', 'a setting must be name=value, such as drawdown=0.1, got "drawdown"'],
    ['drawdown=', 'drawdown must be a number from 0.0001 to 1, got ""'],
    ['drawdown=10%', 'drawdown must be a number from 0.0001 to 1, got "10%"'],
    ['drawdown=0x1', 'drawdown must be a number from 0.0001 to 1, got "0x1"'],
    ['__proto__=1', 'there is no option __proto__;'],
    ['constructor=1', 'there is no option constructor;'],
  ])('%s is refused', (setting, message) => {
    expect(() => parseAlertSettings([setting])).toThrow(message);
  });

  test('are refused when one is set twice', () => {
    expect(() => parseAlertSettings(['drawdown=0.1', 'drawdown=0.12'])).toThrow('drawdown must be set once');
  });
});
