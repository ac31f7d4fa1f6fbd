import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '@trademeter/instrumentation';
import { riskMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { instrumentRisk, type RiskOptions } from './index.ts';

function setUp(options: Omit<RiskOptions, 'meterProvider' | 'now'> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: Date.parse('2020-03-09T14:30:00Z') };
  const risk = instrumentRisk({
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => clock.milliseconds,
  });
  return { telemetry, clock, risk };
}

const daily = { 'trading.breaker.name': 'daily_loss' };

describe('breakers', () => {
  test('a breaker starts closed and without trips', async () => {
    const { telemetry } = setUp({ breakers: ['daily_loss'] });

    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(0);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'closed' })).toBe(1);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'open' })).toBe(0);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'half_open' })).toBe(0);
  });

  test('a trip opens the breaker and counts once, however often it is called', async () => {
    const { telemetry, risk } = setUp();
    const breaker = risk.breaker('daily_loss');

    breaker.trip();
    breaker.trip();

    expect(breaker.state).toBe('open');
    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(1);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'open' })).toBe(1);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'closed' })).toBe(0);
  });

  test('a halt lasts from the first trip until the close, including failed tests', async () => {
    const { telemetry, clock, risk } = setUp();
    const breaker = risk.breaker('daily_loss');

    breaker.trip();
    clock.milliseconds += 60_000;
    breaker.halfOpen();
    clock.milliseconds += 30_000;
    breaker.trip();
    clock.milliseconds += 60_000;
    breaker.halfOpen();
    expect(await telemetry.histogram('trading.breaker.halt.duration', daily)).toBeUndefined();
    clock.milliseconds += 30_000;
    breaker.reset();
    breaker.reset();

    const halt = await telemetry.histogram('trading.breaker.halt.duration', daily);
    expect(halt).toMatchObject({ count: 1, sum: 180 });
    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(2);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'closed' })).toBe(1);
  });

  test('closing a breaker that never opened records nothing', async () => {
    const { telemetry, risk } = setUp();

    risk.breaker('daily_loss').reset();

    expect(await telemetry.histogram('trading.breaker.halt.duration')).toBeUndefined();
    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(0);
  });

  test('a polled breaker counts a trip when it is seen open or half-open', async () => {
    const { telemetry, clock, risk } = setUp();
    const breaker = risk.breaker('daily_loss');

    for (const state of ['closed', 'open', 'open', 'closed', 'half_open', 'half_open', 'closed'] as const) {
      breaker.set(state);
      clock.milliseconds += 1_000;
    }

    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(2);
    expect(await telemetry.histogram('trading.breaker.halt.duration', daily)).toMatchObject({ count: 2, sum: 4 });
  });

  test('a breaker that was open before a restart continues its halt and counts no trip', async () => {
    const { telemetry, clock, risk } = setUp({ breakers: ['daily_loss'] });
    const breaker = risk.breaker('daily_loss');

    breaker.restore({ state: 'open', openedTime: clock.milliseconds - 3_600_000 });
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'open' })).toBe(1);
    breaker.trip();
    clock.milliseconds += 400_000;
    breaker.reset();

    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(0);
    expect(await telemetry.histogram('trading.breaker.halt.duration', daily)).toMatchObject({ count: 1, sum: 4_000 });
  });

  test('a breaker keeps its state after an invalid one', async () => {
    const { telemetry, risk } = setUp();
    const breaker = risk.breaker('daily_loss');
    breaker.trip();

    breaker.set('ajar' as 'open');
    breaker.restore({ state: 'shut' as 'closed' });
    breaker.restore(undefined as never);

    expect(breaker.state).toBe('open');
    const dropped = (reason: string) =>
      telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason });
    expect(await dropped('invalid_attribute')).toBe(2);
    expect(await dropped('invalid_argument')).toBe(1);
  });

  test('a breaker in another case is the same if the conventions list its name', async () => {
    const { telemetry, risk } = setUp();

    risk.breaker('DAILY_LOSS').trip();

    expect(risk.breaker('Daily_Loss').state).toBe('open');
    expect(risk.breaker('daily_loss')).toBe(risk.breaker('DAILY_LOSS'));
    expect(risk.breaker('Spread')).not.toBe(risk.breaker('spread'));
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'open' })).toBe(1);
    expect(await telemetry.value('trading.breaker.status', { ...daily, 'trading.breaker.state': 'closed' })).toBe(0);
  });

  test('states are accepted in another case', async () => {
    const { telemetry, risk } = setUp();
    const breaker = risk.breaker('daily_loss');

    breaker.set('OPEN' as 'open');
    risk.killSwitch.set('ACTIVE' as 'active');
    expect([breaker.state, risk.killSwitch.state]).toEqual(['open', 'active']);

    breaker.restore({ state: 'Half_Open' as 'half_open' });
    risk.killSwitch.restore({ state: 'Inactive' as 'inactive' });
    expect([breaker.state, risk.killSwitch.state]).toEqual(['half_open', 'inactive']);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test.each([
    ['in the future', (now: number) => now + 3_600_000],
    ['invalid', () => Number.NaN],
  ])('an openedTime that is %s is dropped on its own', async (_name, openedTime) => {
    const { telemetry, clock, risk } = setUp();
    const breaker = risk.breaker('daily_loss');

    breaker.restore({ state: 'open', openedTime: openedTime(clock.milliseconds) });
    clock.milliseconds += 5_000;
    breaker.reset();

    expect(await telemetry.histogram('trading.breaker.halt.duration', daily)).toMatchObject({ count: 1, sum: 5 });
    expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
      1,
    );
  });

  test('a halt from before a restart is measured by the calendar clock, even if it differs from the monotonic one', async () => {
    const telemetry = createTestTelemetry();
    // The machine's clock is two hours ahead of the monotonic one, as after a long sleep.
    const ahead = Date.now() + 7_200_000;
    vi.spyOn(Date, 'now').mockReturnValue(ahead);
    const risk = instrumentRisk({ meterProvider: telemetry.meterProvider });

    risk.breaker('daily_loss').restore({ state: 'open', openedTime: ahead - 600_000 });
    vi.restoreAllMocks();
    risk.breaker('daily_loss').reset();

    const halt = await telemetry.histogram('trading.breaker.halt.duration', daily);
    expect(halt?.sum).toBeGreaterThanOrEqual(600);
    expect(halt?.sum).toBeLessThan(7_200);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test('null counts as omitted', async () => {
    const { telemetry, clock, risk } = setUp({ strategy: 'momentum' });

    risk.reject({ reasons: ['spread'], strategy: null as never });
    risk.positionSize({ fraction: 0.1, confidence: 0.9, confidenceBand: null });
    risk.breaker('daily_loss').restore({ state: 'open', openedTime: null as never });
    clock.milliseconds += 5_000;
    risk.breaker('daily_loss').reset();

    expect(await telemetry.value('trading.risk.rejections', { 'trading.strategy.name': 'momentum' })).toBe(1);
    expect((await telemetry.histogram('trading.risk.position_size'))?.count).toBe(1);
    expect((await telemetry.histogram('trading.breaker.halt.duration'))?.sum).toBe(5);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test('if the clock fails, only the duration is missing', async () => {
    const telemetry = createTestTelemetry();
    const risk = instrumentRisk({
      meterProvider: telemetry.meterProvider,
      now: () => {
        throw new Error('no clock');
      },
    });
    const breaker = risk.breaker('daily_loss');

    breaker.trip();
    breaker.reset();

    expect(breaker.state).toBe('closed');
    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(1);
    expect(await telemetry.histogram('trading.breaker.halt.duration')).toBeUndefined();
  });

  test('the same name has the same handle', () => {
    const { risk } = setUp({ breakers: ['daily_loss'], rules: ['max_position'], limits: ['leverage'] });

    expect(risk.breaker('daily_loss')).toBe(risk.breaker('daily_loss'));
    expect(risk.breaker('daily_loss')).not.toBe(risk.breaker('error_rate'));
    expect(risk.rule('max_position')).toBe(risk.rule('max_position'));
    expect(risk.limit('leverage')).toBe(risk.limit('leverage'));
  });

  test('the verbs of a handle work without the handle', async () => {
    const { telemetry, risk } = setUp();
    /* oxlint-disable typescript/unbound-method -- this is the subject of the test */
    const { trip } = risk.breaker('daily_loss');
    const { reject, killSwitch } = risk;
    const { activate } = killSwitch;
    /* oxlint-enable typescript/unbound-method */

    trip();
    reject({ reasons: ['daily_loss'] });
    activate();

    expect(await telemetry.value('trading.breaker.trips', daily)).toBe(1);
    expect(await telemetry.value('trading.risk.rejections')).toBe(1);
    expect(await telemetry.value('trading.kill_switch.activations')).toBe(1);
  });
});

describe('the kill switch', () => {
  test('the kill switch exists from the start and counts its activations', async () => {
    const { telemetry, risk } = setUp();
    expect(await telemetry.value('trading.kill_switch.activations')).toBe(0);
    expect(await telemetry.value('trading.kill_switch.status', { 'trading.kill_switch.state': 'active' })).toBe(0);
    expect(await telemetry.value('trading.kill_switch.status', { 'trading.kill_switch.state': 'inactive' })).toBe(1);

    risk.killSwitch.activate();
    risk.killSwitch.activate();
    expect(risk.killSwitch.state).toBe('active');
    expect(await telemetry.value('trading.kill_switch.status', { 'trading.kill_switch.state': 'active' })).toBe(1);

    risk.killSwitch.deactivate();
    risk.killSwitch.set('active');
    risk.killSwitch.set('on' as 'active');
    expect(await telemetry.value('trading.kill_switch.activations')).toBe(2);
    expect(await telemetry.value('trading.kill_switch.status', { 'trading.kill_switch.state': 'inactive' })).toBe(0);
  });

  test('a kill switch that was active before a restart stays active without a new activation', async () => {
    const { telemetry, risk } = setUp();

    risk.killSwitch.restore({ state: 'active' });

    expect(await telemetry.value('trading.kill_switch.status', { 'trading.kill_switch.state': 'active' })).toBe(1);
    expect(await telemetry.value('trading.kill_switch.activations')).toBe(0);
  });
});

describe('rules and limits', () => {
  test('a rule counts passes and failures, and works in an if', async () => {
    const { telemetry, risk } = setUp({ rules: ['max_position'] });
    const name = { 'trading.rule.name': 'max_position' };
    expect(await telemetry.value('trading.rule.checks', { ...name, 'trading.rule.result': 'pass' })).toBe(0);
    expect(await telemetry.value('trading.rule.checks', { ...name, 'trading.rule.result': 'fail' })).toBe(0);

    const rule = risk.rule('max_position');
    expect(rule.check(true)).toBe(true);
    expect(rule.check(() => false)).toBe(false);
    expect(await rule.check(async () => true)).toBe(true);
    const later: Promise<boolean> = rule.check(() => Promise.resolve(false) as PromiseLike<boolean>);
    expect(await later).toBe(false);

    expect(await telemetry.value('trading.rule.checks', { ...name, 'trading.rule.result': 'pass' })).toBe(2);
    expect(await telemetry.value('trading.rule.checks', { ...name, 'trading.rule.result': 'fail' })).toBe(2);
  });

  test('the error of a rule reaches the caller unchanged and is not a result', async () => {
    const { telemetry, risk } = setUp();
    const rule = risk.rule('max_position');
    const error = new Error('no position known');
    let runs = 0;
    const throwing = (): boolean => {
      runs += 1;
      throw error;
    };

    expect(() => rule.check(throwing)).toThrow(error);
    await expect(rule.check(async () => throwing())).rejects.toBe(error);

    expect(runs).toBe(2);
    expect(await telemetry.value('trading.rule.checks')).toBe(0);
  });

  test('a result that is neither true nor false is returned and dropped', async () => {
    const { telemetry, risk } = setUp();

    expect(risk.rule('max_position').check(() => 'yes' as unknown as boolean)).toBe('yes');

    expect(await telemetry.value('trading.rule.checks')).toBe(0);
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_argument' }),
    ).toBe(1);
  });

  test('a rejection counts each reason once', async () => {
    const { telemetry, risk } = setUp({ strategy: 'momentum', reasons: ['max_position', 'daily_loss'] });
    const reason = (name: string) => ({ 'trading.risk.reason': name, 'trading.strategy.name': 'momentum' });
    expect(await telemetry.value('trading.risk.rejections', reason('max_position'))).toBe(0);

    risk.reject({ reasons: ['max_position', 'spread', 'max_position'] });
    risk.reject({ reasons: ['spread'], strategy: 'reversal' });
    risk.reject({ reasons: [] });
    risk.reject({ reasons: 'spread' as unknown as string[] });

    expect(await telemetry.value('trading.risk.rejections', reason('max_position'))).toBe(1);
    expect(await telemetry.value('trading.risk.rejections', reason('daily_loss'))).toBe(0);
    expect(await telemetry.value('trading.risk.rejections', reason('spread'))).toBe(1);
    expect(await telemetry.value('trading.risk.rejections', { 'trading.strategy.name': 'reversal' })).toBe(1);
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_argument' }),
    ).toBe(2);
  });

  test('a limit counts its hits and records its utilization', async () => {
    const { telemetry, risk } = setUp({ limits: ['leverage'] });
    const leverage = { 'trading.risk.limit.name': 'leverage' };
    expect(await telemetry.value('trading.risk.limit.hits', leverage)).toBe(0);
    expect(await telemetry.value('trading.risk.limit.utilization', leverage)).toBeUndefined();

    risk.limit('leverage').utilization(0.8);
    risk.limit('leverage').utilization(1.25);
    risk.limit('leverage').hit();

    expect(await telemetry.value('trading.risk.limit.hits', leverage)).toBe(1);
    expect(await telemetry.value('trading.risk.limit.utilization', leverage)).toBe(1.25);
  });

  test('figures may be decimal texts, and invalid ones are dropped and counted', async () => {
    const { telemetry, risk } = setUp();
    const leverage = { 'trading.risk.limit.name': 'leverage' };
    risk.limit('leverage').utilization('0.75');
    risk.limit('leverage').utilization('75%');
    risk.positionSize({ fraction: '0.02', confidence: { toString: () => '0.9' } });
    risk.positionSize({ fraction: '', confidence: '0.9' });
    risk.positionSize({ fraction: 0.02, confidence: '' });
    expect(await telemetry.value('trading.risk.limit.utilization', leverage)).toBe(0.75);
    expect(await telemetry.histogram('trading.risk.position_size')).toMatchObject({ count: 1, sum: 0.02 });
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(3);
  });

  test('a position size is recorded under the band of its confidence', async () => {
    const { telemetry, risk } = setUp({ confidenceBands: { medium: 0.6, high: 0.8 } });
    const band = (name: string) => ({ 'trading.signal.confidence_band': name });

    risk.positionSize({ fraction: 0.02, confidence: 0.59 });
    risk.positionSize({ fraction: 0.05, confidence: 0.6 });
    risk.positionSize({ fraction: 0.1, confidence: 0.8 });
    risk.positionSize({ fraction: 0.1, confidence: 0.1, confidenceBand: 'high' });
    risk.positionSize({ fraction: 0.1, confidence: 80 });

    expect(await telemetry.histogram('trading.risk.position_size', band('low'))).toMatchObject({ count: 1, sum: 0.02 });
    expect(await telemetry.histogram('trading.risk.position_size', band('medium'))).toMatchObject({
      count: 1,
      sum: 0.05,
    });
    expect(await telemetry.histogram('trading.risk.position_size', band('high'))).toMatchObject({ count: 2 });
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_argument' }),
    ).toBe(1);
  });
});

describe('exits and compliance', () => {
  test('exits count by trigger, and every trigger exists from the start', async () => {
    const { telemetry, risk } = setUp();
    expect(await telemetry.series('trading.position.exits')).toHaveLength(6);

    risk.exit('stop_loss');
    risk.exit('stop_loss');

    expect(await telemetry.value('trading.position.exits', { 'trading.exit.trigger': 'stop_loss' })).toBe(2);
    expect(await telemetry.value('trading.position.exits', { 'trading.exit.trigger': 'liquidation' })).toBe(0);
  });

  test('if exit triggers are listed, only those exist', async () => {
    const { telemetry } = setUp({ exitTriggers: ['stop_loss'] });

    expect(await telemetry.series('trading.position.exits')).toHaveLength(1);
  });

  test('compliance events count by event', async () => {
    const { telemetry, risk } = setUp({ complianceEvents: ['pdt_avoided'] });
    const event = (name: string) => ({ 'trading.compliance.event': name });
    expect(await telemetry.value('trading.compliance.events', event('pdt_avoided'))).toBe(0);

    risk.complianceEvent('pdt_avoided');
    risk.complianceEvent('wash_sale');

    expect(await telemetry.value('trading.compliance.events', event('pdt_avoided'))).toBe(1);
    expect(await telemetry.value('trading.compliance.events', event('wash_sale'))).toBe(1);
  });
});

describe('the instrumentation', () => {
  test('every metric of the domain is recorded under its own name', async () => {
    const { telemetry, risk } = setUp({ breakers: ['daily_loss'], rules: ['max_position'], limits: ['leverage'] });
    risk.breaker('daily_loss').trip();
    risk.breaker('daily_loss').reset();
    risk.reject({ reasons: ['daily_loss'] });
    risk.limit('leverage').utilization(0.5);
    risk.positionSize({ fraction: 0.05, confidenceBand: 'low' });
    risk.complianceEvent('pdt_avoided');

    const names = new Set((await telemetry.series()).map((series) => series.name));

    expect([...names].filter((name) => name.startsWith('trading.')).toSorted()).toEqual(
      riskMetrics.map((metric) => metric.name).toSorted(),
    );
  });

  test.each<[string, unknown, string]>([
    ['strategy', '', 'strategy must be a non-empty string, got ""'],
    ['breakers', 'daily_loss', 'breakers must be a list of non-empty strings, got "daily_loss"'],
    ['rules', [''], 'rules must be a list of non-empty strings, got [""]'],
    ['exitTriggers', ['stoploss'], 'exitTriggers must be a list of'],
    ['confidenceBands', { medium: 0.8, high: 0.6 }, 'confidenceBands must be { medium, high }'],
    ['now', 5, 'now must be a function, got 5'],
    ['venue', 'binance', 'there is no option venue'],
  ])('the option %s set to %j throws', (option, value, message) => {
    let thrown: unknown;
    try {
      instrumentRisk({ [option]: value });
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(thrown).toMatchObject({ code: 'ERR_TRADEMETER_OPTION', option });
    expect((thrown as Error).message).toContain(`[trademeter/instrumentation-risk] ${message}`);
  });

  test('needs no options and no SDK', async () => {
    const risk = instrumentRisk();

    risk.breaker('daily_loss').trip();
    risk.killSwitch.activate();
    expect(await risk.rule('max_position').check(() => sleep(0, true))).toBe(true);
  });

  test('no verb throws on any input', () => {
    const { risk } = setUp();
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true });
    const hostile = fc.oneof(
      anything,
      fc.func(anything),
      fc.constantFrom(
        Symbol('hostile'),
        new Proxy(
          {},
          {
            get() {
              throw new Error('hostile');
            },
            ownKeys() {
              throw new Error('hostile');
            },
          },
        ),
      ),
    );

    fc.assert(
      fc.property(hostile, hostile, (input, other) => {
        const any = input as never;
        const breaker = risk.breaker(any);
        breaker.trip();
        breaker.halfOpen();
        breaker.set(any);
        breaker.restore(any);
        breaker.restore({ state: any, openedTime: other as never });
        breaker.reset();
        risk.killSwitch.set(any);
        risk.killSwitch.restore(any);
        risk.reject(any);
        risk.reject({ reasons: any, strategy: other as never });
        risk.reject({ reasons: [any, other as never] });
        risk.limit(any).hit();
        risk.limit(any).utilization(any);
        risk.positionSize(any);
        risk.positionSize({ fraction: any, confidence: other as never, confidenceBand: any });
        risk.exit(any);
        risk.complianceEvent(any);
        if (typeof input !== 'function') void risk.rule(other as never).check(any);
        expect(risk.rule('max_position').check(() => any)).toSatisfy(
          (result: unknown) => Object.is(result, input) || result instanceof Promise,
        );
      }),
    );
  });
});
