import { ConfigurationError } from '@trademeter/instrumentation';
import { marketDataMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { availabilityOf, instrumentMarketData, type MarketDataMetrics, type MarketDataOptions } from './index.ts';

let telemetry: ReturnType<typeof createTestTelemetry>;
let time: number;
let marketData: MarketDataMetrics;

beforeEach(() => {
  telemetry = createTestTelemetry();
  time = Date.UTC(2026, 0, 5, 14, 30);
  marketData = instrument();
});

afterEach(async () => {
  await telemetry.shutdown();
});

function instrument(options: MarketDataOptions = {}): MarketDataMetrics {
  return instrumentMarketData({ meterProvider: telemetry.meterProvider, now: () => time, ...options });
}

const requests = (attributes = {}) =>
  telemetry.histogram('trading.provider.request.duration', { 'trading.provider.name': 'polygon', ...attributes });
const rateLimitHits = () => telemetry.value('trading.provider.rate_limit.hits', { 'trading.provider.name': 'polygon' });
const isIn = (state: string) =>
  telemetry.value('trading.provider.status', {
    'trading.provider.name': 'polygon',
    'trading.provider.state': state,
  });
const age = (symbol: string) => telemetry.value('trading.data.age', { 'trading.symbol': symbol });
const items = (result: string) =>
  telemetry.value('trading.feed.items', { 'trading.feed.source': 'sec', 'trading.feed.result': result });
const dropped = () => telemetry.value('trademeter.measurement.dropped');

const httpError = (status: number) => Object.assign(new Error(`HTTP ${status}`), { status });
const fail = (error: Error) => () => Promise.reject(error);

describe('a provider', () => {
  test('starts as available and without rate limit hits', async () => {
    expect(marketData.provider('polygon').state).toBe('available');
    expect(await isIn('available')).toBe(1);
    expect(await isIn('unavailable')).toBe(0);
    expect(await rateLimitHits()).toBe(0);
  });

  test('times its calls, sync or async, and returns their results', async () => {
    const polygon = marketData.provider('polygon');
    expect(polygon.call('quotes', () => ((time += 20), 1))).toBe(1);
    expect(await polygon.call('quotes', async () => ((time += 30), 2))).toBe(2);
    expect(await requests({ 'trading.provider.operation': 'quotes' })).toMatchObject({ count: 2, sum: 0.05 });
  });

  test('records the error as error.type, and the same error reaches the caller', async () => {
    const polygon = marketData.provider('polygon');
    const failure = httpError(503);
    let calls = 0;
    const request = () => {
      calls += 1;
      throw failure;
    };
    expect(() => polygon.call('bars', request)).toThrow(failure);
    await expect(polygon.call('bars', async () => request())).rejects.toBe(failure);
    expect(calls).toBe(2);
    expect(await requests({ 'error.type': '503' })).toMatchObject({ count: 2 });
  });

  test('records a Response that is not ok, for which fetch does not throw', async () => {
    const polygon = marketData.provider('polygon');
    const response = await polygon.call('bars', async () => new Response('slow down', { status: 429 }));
    expect(await response.text()).toBe('slow down');
    await polygon.call('bars', async () => new Response('here'));
    expect(await requests({ 'error.type': '429' })).toMatchObject({ count: 1 });
    expect(await rateLimitHits()).toBe(1);
    expect(await isIn('available')).toBe(1);
  });

  test.each([
    ['HTTP 429 in status', httpError(429)],
    ['HTTP 429 in the response of the error', Object.assign(new Error('no'), { response: { status: 429 } })],
    ['HTTP 429 in statusCode', Object.assign(new Error('no'), { statusCode: 429 })],
    ["ccxt's class", Object.assign(new Error('no'), { name: 'RateLimitExceeded' })],
    ['a class without a name of its own', new (class TooManyRequestsError extends Error {})()],
  ])('counts a rate limit hit on %s', async (_, error) => {
    const polygon = marketData.provider('polygon');
    await expect(polygon.call('quotes', fail(error))).rejects.toBe(error);
    expect(await rateLimitHits()).toBe(1);
    expect(await isIn('available')).toBe(1);
  });

  test('accepts a custom test for rate limits, and a hit that the caller reports', async () => {
    const own = instrument({ isRateLimit: (answer) => (answer as { code?: number }).code === -1003 });
    await expect(
      own.provider('polygon').call('quotes', fail(Object.assign(new Error('no'), { code: -1003 }))),
    ).rejects.toThrow('no');
    own.provider('polygon').rateLimited();
    expect(await rateLimitHits()).toBe(2);
  });

  test.each([
    ['a promise that rejects', async () => Promise.reject(new Error('theirs'))],
    ['a promise of true', async () => true],
  ])('ignores %s of a custom test, which is logged and does not end the process', async (_, answer) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      const own = instrument({
        unavailableAfterFailures: 1,
        isRateLimit: answer as never,
        availabilityOf: answer as never,
      });
      await own
        .provider('polygon')
        .call('quotes', fail(httpError(503)))
        .catch(() => {});
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
      expect(await rateLimitHits()).toBe(0);
      expect(own.provider('polygon').state).toBe('available');
      expect(await dropped()).toBe(2);
    } finally {
      process.off('unhandledRejection', listener);
    }
  });

  test('is unavailable after three failures in a row, and available with the next answer', async () => {
    const polygon = marketData.provider('polygon');
    const outage = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    const failOnce = () => polygon.call('quotes', fail(outage)).catch(() => {});
    await failOnce();
    await failOnce();
    await polygon.call('quotes', () => Promise.resolve());
    await failOnce();
    await failOnce();
    expect(polygon.state).toBe('available');
    await failOnce();
    expect(polygon.state).toBe('unavailable');
    expect(await isIn('unavailable')).toBe(1);
    expect(await isIn('available')).toBe(0);
    await polygon.call('quotes', fail(httpError(404))).catch(() => {});
    expect(await isIn('available')).toBe(1);
    expect(await isIn('unavailable')).toBe(0);
  });

  // Like ccxt's classes: each sets its own name, and extends one of two base classes.
  class ExchangeError extends Error {
    override name = 'ExchangeError';
  }
  class InsufficientFunds extends ExchangeError {
    override name = 'InsufficientFunds';
  }
  class BadSymbol extends ExchangeError {
    override name = 'BadSymbol';
  }
  class AuthenticationError extends ExchangeError {
    override name = 'AuthenticationError';
  }
  class PermissionDenied extends AuthenticationError {
    override name = 'PermissionDenied';
  }
  class NetworkError extends Error {
    override name = 'NetworkError';
  }
  class OnMaintenance extends NetworkError {
    override name = 'OnMaintenance';
  }
  class APIUserAbortError extends Error {}
  const named = (name: string, fields = {}) => Object.assign(new Error('no'), { name, ...fields });

  const stateAfter = async (error: unknown, before: 'available' | 'unavailable') => {
    const provider = instrument({ unavailableAfterFailures: 1 }).provider('polygon');
    provider[before]();
    const request = async () => {
      // oxlint-disable-next-line typescript/only-throw-error -- JavaScript throws anything
      throw error;
    };
    await provider.call('quotes', request).catch(() => {});
    return provider.state;
  };

  test.each([
    ['HTTP 404', httpError(404)],
    ['HTTP 429', httpError(429)],
    ["ccxt's InsufficientFunds", new InsufficientFunds('no')],
    ["ccxt's PermissionDenied, which is an AuthenticationError", new PermissionDenied('no')],
    ['a status that was thrown as a number', 404],
    ['a status that was thrown as digits', '429'],
    ['a TypeError whose cause has a status', new TypeError('no', { cause: httpError(403) })],
  ])('is available after any answer, such as %s', async (_, error) => {
    expect(await stateAfter(error, 'available')).toBe('available');
    expect(await stateAfter(error, 'unavailable')).toBe('available');
  });

  test.each([
    ['HTTP 503', httpError(503)],
    ['a timeout', new DOMException('late', 'TimeoutError')],
    ["ccxt's OnMaintenance", new OnMaintenance('no')],
    ['a refused connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
    ['the fetch error of one', new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })],
    ['an error without details', new Error('no')],
    ['a rejection with undefined', undefined],
    ['a rejection with null', null],
  ])('is unavailable for %s', async (_, error) => {
    expect(await stateAfter(error, 'available')).toBe('unavailable');
  });

  test.each([
    ["fetch's abort", new DOMException('stop', 'AbortError')],
    ["Node's abort", named('AbortError', { code: 'ABORT_ERR' })],
    ["axios' cancellation", named('CanceledError', { code: 'ERR_CANCELED' })],
    ["axios' cancellation by its code", named('AxiosError', { code: 'ERR_CANCELED' })],
    ["the abort of OpenAI's and Anthropic's SDKs", new APIUserAbortError('Request was aborted.')],
    ['an abort that fetch reports as a cause', new TypeError('no', { cause: new DOMException('stop', 'AbortError') })],
    ["ccxt's BadSymbol, which may be thrown before a request", new BadSymbol('no')],
    ["ccxt's AuthenticationError, which missing keys cause", new AuthenticationError('no')],
    ['a programming error after the answer', new TypeError('undefined is not a function')],
    ['a programming error whose cause is null', new TypeError('no', { cause: null })],
    ['an answer that is not JSON', new SyntaxError('Unexpected token <')],
    ['an invalid URL', new TypeError('Failed to parse URL', { cause: new TypeError('Invalid URL') })],
  ])('keeps its state after %s', async (_, error) => {
    expect(await stateAfter(error, 'available')).toBe('available');
    expect(await stateAfter(error, 'unavailable')).toBe('unavailable');
  });

  test('accepts a custom rule for availability', async () => {
    const own = instrument({
      unavailableAfterFailures: 1,
      availabilityOf: (answer) => (answer instanceof RangeError ? 'unavailable' : availabilityOf(answer)),
    });
    await own
      .provider('polygon')
      .call('quotes', fail(new RangeError('no')))
      .catch(() => {});
    expect(own.provider('polygon').state).toBe('unavailable');
    await own
      .provider('polygon')
      .call('quotes', fail(httpError(404)))
      .catch(() => {});
    expect(own.provider('polygon').state).toBe('available');
  });

  test('is unavailable for a Response of 503 and for a timeout', async () => {
    const own = instrument({ unavailableAfterFailures: 1 });
    await own.provider('polygon').call('quotes', async () => new Response(null, { status: 503 }));
    expect(own.provider('polygon').state).toBe('unavailable');
    await own
      .provider('tiingo')
      .call('news', fail(new DOMException('late', 'TimeoutError')))
      .catch(() => {});
    expect(own.provider('tiingo').state).toBe('unavailable');
  });

  test('has the state that the bot sets, until the next answer', async () => {
    const polygon = marketData.provider('polygon');
    polygon.unavailable();
    expect(await isIn('unavailable')).toBe(1);
    polygon.call('quotes', () => 1);
    expect(polygon.state).toBe('available');
  });

  test('has only the state that the bot sets if unavailableAfterFailures is 0', async () => {
    const own = instrument({ unavailableAfterFailures: 0 });
    const polygon = own.provider('polygon');
    for (let attempt = 0; attempt < 10; attempt += 1)
      await polygon.call('quotes', fail(httpError(503))).catch(() => {});
    expect(polygon.state).toBe('available');
    polygon.unavailable();
    polygon.call('quotes', () => 1);
    expect(polygon.state).toBe('unavailable');
    polygon.available();
    expect(await isIn('available')).toBe(1);
  });

  test('records requests that the caller timed', async () => {
    const polygon = instrument({ unavailableAfterFailures: 2 }).provider('polygon');
    polygon.request({ operation: 'bars', durationSeconds: 0.25 });
    polygon.request({ operation: 'bars', durationSeconds: 0.5, error: 429 });
    polygon.request({ operation: 'bars', durationSeconds: 1, error: 502 });
    polygon.request({ operation: 'bars', durationSeconds: 1, error: 'ECONNREFUSED' });
    expect(await requests({ 'error.type': '429' })).toMatchObject({ count: 1, sum: 0.5 });
    expect(await requests({ 'error.type': 'ECONNREFUSED' })).toMatchObject({ count: 1 });
    expect(await rateLimitHits()).toBe(1);
    expect(polygon.state).toBe('unavailable');
    {
      using timer = polygon.start('bars');
      time += 40;
      timer.fail('ECONNRESET');
    }
    expect(await requests({ 'error.type': 'ECONNRESET' })).toMatchObject({ count: 1, sum: 0.04 });
  });

  test.each([[429], ['429']])('accepts %o as the HTTP status of a request that the caller timed', async (error) => {
    const polygon = instrument({ unavailableAfterFailures: 1 }).provider('polygon');
    polygon.request({ operation: 'bars', durationSeconds: 0.5, error });
    expect(await requests({ 'error.type': '429' })).toMatchObject({ count: 1 });
    expect(await rateLimitHits()).toBe(1);
    expect(polygon.state).toBe('available');
  });

  test('counts a request with an error of null as a success', async () => {
    const polygon = instrument({ unavailableAfterFailures: 1 }).provider('polygon');
    polygon.request({ operation: 'bars', durationSeconds: 0.5, error: null });
    const [request] = await telemetry.series('trading.provider.request.duration');
    expect(request?.attributes).toEqual({ 'trading.provider.name': 'polygon', 'trading.provider.operation': 'bars' });
    expect(polygon.state).toBe('available');
  });

  test('is the same handle each time', () => {
    expect(marketData.provider('polygon')).toBe(marketData.provider('polygon'));
  });
});

describe('the age of data', () => {
  test('is absent before the first data', async () => {
    marketData.dataset({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    expect(await telemetry.series('trading.data.age')).toEqual([]);
  });

  test('is computed at collection, so that it grows while no data arrives', async () => {
    const quotes = marketData.dataset({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    quotes.received();
    expect(await age('SPY')).toBe(0);
    time += 90_000;
    expect(await age('SPY')).toBe(90);
    quotes.received();
    expect(await age('SPY')).toBe(0);
  });

  test('counts from the time of the data', async () => {
    marketData.received({ provider: 'polygon', type: 'ohlcv', symbol: 'SPY', time: time - 60_000 });
    marketData.received({ provider: 'polygon', type: 'ohlcv', symbol: 'QQQ', time: new Date(time - 30_000) });
    expect(await age('SPY')).toBe(60);
    expect(await age('QQQ')).toBe(30);
  });

  test('does not grow with late data', async () => {
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY', time: time - 60_000 });
    expect(await age('SPY')).toBe(0);
  });

  test('ignores a time in seconds, which would be an age of 56 years', async () => {
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY', time: time / 1_000 });
    expect(await age('SPY')).toBeUndefined();
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY', time: `${time - 2_000}` });
    expect(await age('SPY')).toBe(2);
  });

  test('counts from the arrival if the clock of the exchange is ahead', async () => {
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY', time: time + 3_600_000 });
    expect(await age('SPY')).toBe(0);
    time += 1_500;
    expect(await age('SPY')).toBe(1.5);
  });

  test('grows after the clock was set back', async () => {
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    time -= 3_600_000;
    expect(await age('SPY')).toBe(0);
    time += 5_000;
    expect(await age('SPY')).toBe(5);
  });

  test('alone is dropped while the clock throws', async () => {
    let isBroken = false;
    const own = instrument({
      now: () => {
        if (isBroken) throw new Error('no clock');
        return time;
      },
    });
    own.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    own.feed('sec').processed();
    isBroken = true;
    expect(await age('SPY')).toBeUndefined();
    expect(await items('processed')).toBe(1);
    isBroken = false;
    time += 2_000;
    expect(await age('SPY')).toBe(2);
  });

  test('is recorded for a symbol that is a number, as in Tokyo', async () => {
    marketData.received({ provider: 'jquants', type: 'ohlcv', symbol: 7203 as never });
    marketData.received({ provider: 'jquants', type: 'ohlcv', symbol: '7203' });
    expect(await telemetry.series('trading.data.age')).toHaveLength(1);
    expect(await age('7203')).toBe(0);
    expect(await dropped()).toBe(0);
  });

  test('is the same for names with the same recorded value', async () => {
    const long = 'x'.repeat(255);
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: `${long}1`, time: time - 1_000 });
    marketData.received({ provider: 'polygon', type: 'TICKER', symbol: `${long}2`, time: time - 601_000 });
    const series = await telemetry.series('trading.data.age');
    expect(series.map(({ value }) => value)).toEqual([1]);
    marketData.dataset({ provider: 'polygon', type: 'Ticker', symbol: long }).remove();
    expect(await age(long)).toBe(0);
  });

  test('is recorded without a symbol if the symbol is null', async () => {
    marketData.received({ provider: 'polygon', type: 'news', symbol: null as never });
    marketData.received({ provider: 'polygon', type: 'news' });
    expect((await telemetry.series('trading.data.age')).map(({ attributes }) => attributes)).toEqual([
      { 'trading.provider.name': 'polygon', 'trading.data.type': 'news' },
    ]);
    expect(await dropped()).toBe(0);
  });

  test('is separate by provider, type and symbol', async () => {
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    marketData.received({ provider: 'polygon', type: 'news' });
    marketData.received({ provider: 'tiingo', type: 'news' });
    marketData.received({ provider: 'tiingo', type: 'news' });
    expect((await telemetry.series('trading.data.age')).map(({ attributes }) => attributes)).toEqual([
      { 'trading.provider.name': 'polygon', 'trading.data.type': 'ticker', 'trading.symbol': 'SPY' },
      { 'trading.provider.name': 'polygon', 'trading.data.type': 'news' },
      { 'trading.provider.name': 'tiingo', 'trading.data.type': 'news' },
    ]);
  });

  test('reads 0 after its removal, and grows again when data arrives again', async () => {
    const quotes = marketData.dataset({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    quotes.received();
    time += 60_000;
    expect(await age('SPY')).toBe(60);
    quotes.remove();
    expect(await age('SPY')).toBe(0);
    time += 60_000;
    expect(await age('SPY')).toBe(0);
    quotes.received();
    time += 5_000;
    expect(await age('SPY')).toBe(5);
  });

  test('is never exported for a dataset that was removed before the first collection', async () => {
    const quotes = marketData.dataset({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    quotes.received();
    quotes.remove();
    quotes.remove();
    expect(await telemetry.series('trading.data.age')).toEqual([]);
  });

  test('is recorded for a limited number of datasets, and further ones are logged', async () => {
    const own = instrument({ maxDatasets: 2 });
    for (const symbol of ['A', 'B', 'C']) own.received({ provider: 'polygon', type: 'ticker', symbol });
    expect(await telemetry.series('trading.data.age')).toHaveLength(2);
    expect(await dropped()).toBe(1);
    own.dataset({ provider: 'polygon', type: 'ticker', symbol: 'A' }).remove();
    own.received({ provider: 'polygon', type: 'ticker', symbol: 'C' });
    time += 1_000;
    expect([await age('A'), await age('B'), await age('C')]).toEqual([0, 1, 1]);
  });

  test.each([
    ['no provider', { type: 'ticker' }],
    ['an empty symbol', { provider: 'p', type: 'ticker', symbol: '' }],
    ['an invalid date', { provider: 'p', type: 'ticker', time: new Date(Number.NaN) }],
    ['nanoseconds', { provider: 'p', type: 'ticker', time: Date.UTC(2026, 0, 5) * 1e6 }],
    ['a text as time', { provider: 'p', type: 'ticker', time: '2026-01-05' }],
  ])('is not recorded for %s, which is logged and counted as a drop', async (_, data) => {
    marketData.received(data as never);
    expect(await telemetry.series('trading.data.age')).toEqual([]);
    expect(await dropped()).toBe(1);
  });
});

describe('a feed', () => {
  test('has its items at 0 from the start', async () => {
    marketData.feed('sec');
    expect([await items('processed'), await items('duplicate'), await items('failed')]).toEqual([0, 0, 0]);
  });

  test('counts items, one or more at a time', async () => {
    const feed = marketData.feed('sec');
    feed.processed({ count: 30 });
    feed.processed();
    feed.duplicate({ count: 2 });
    feed.failed();
    expect([await items('processed'), await items('duplicate'), await items('failed')]).toEqual([31, 2, 1]);
  });

  test('counts the results of its handler, and the same error reaches the caller', async () => {
    const feed = marketData.feed('sec');
    const failure = new SyntaxError('no xml');
    expect(feed.process(() => 'filing')).toBe('filing');
    await expect(feed.process(fail(failure))).rejects.toBe(failure);
    expect([await items('processed'), await items('failed')]).toEqual([1, 1]);
  });
});

describe('sentiment', () => {
  const scores = (polarity: string) =>
    telemetry.histogram('trading.sentiment.score', { 'trading.sentiment.polarity': polarity });
  const contributions = (provider: string) =>
    telemetry.value('trading.sentiment.contributions', { 'trading.provider.name': provider });

  test('records scores as absolute values by polarity', async () => {
    for (const score of [0.75, -0.25, -0.5, 0, -0]) marketData.sentiment.scored({ score });
    expect(await scores('positive')).toMatchObject({ count: 1, sum: 0.75 });
    expect(await scores('negative')).toMatchObject({ count: 2, sum: 0.75 });
    expect(await scores('neutral')).toMatchObject({ count: 2, sum: 0 });
  });

  test('accepts a band of neutral scores, and a polarity from the caller', async () => {
    const { sentiment } = instrument({ neutralBelow: 0.05 });
    sentiment.scored({ score: -0.04 });
    sentiment.scored({ score: -0.05 });
    sentiment.scored({ score: 0.01, polarity: 'positive' });
    expect(await scores('neutral')).toMatchObject({ count: 1, sum: 0.04 });
    expect(await scores('negative')).toMatchObject({ count: 1 });
    expect(await scores('positive')).toMatchObject({ count: 1 });
  });

  test('accepts decimal texts', async () => {
    marketData.sentiment.scored({ score: '-0.5' });
    marketData.sentiment.provider('news').weight('0.25');
    marketData.provider('news').request({ operation: 'get', durationSeconds: '0.5' });
    expect(await scores('negative')).toMatchObject({ count: 1, sum: 0.5 });
    expect(await telemetry.value('trading.sentiment.weight')).toBe(0.25);
    expect(await telemetry.histogram('trading.provider.request.duration')).toMatchObject({ count: 1, sum: 0.5 });
    marketData.sentiment.scored({ score: '1,0' });
    expect(await dropped()).toBe(1);
  });

  test('drops a score on another scale', async () => {
    marketData.sentiment.scored({ score: 85 });
    expect(await telemetry.series('trading.sentiment.score')).toEqual([]);
    expect(await dropped()).toBe(1);
  });

  test('counts each contributing provider once for each score', async () => {
    marketData.sentiment.scored({ score: 0.5, providers: ['reddit', 'news', 'reddit'] });
    marketData.sentiment.provider('news').contributed();
    expect(await contributions('reddit')).toBe(1);
    expect(await contributions('news')).toBe(2);
  });

  test('accepts providers as a Set, and null as omitted', async () => {
    marketData.sentiment.scored({ score: 0.5, providers: new Set(['reddit', 'news']) });
    marketData.sentiment.scored({ score: 0.5, providers: null as never });
    expect([await contributions('reddit'), await contributions('news')]).toEqual([1, 1]);
    expect(await dropped()).toBe(0);
  });

  test.each(['reddit', 5])('does not count %o as providers, or the letters of a text', async (providers) => {
    marketData.sentiment.scored({ score: 0.5, providers: providers as never });
    expect(await telemetry.series('trading.sentiment.contributions')).toEqual([]);
    expect(await scores('positive')).toMatchObject({ count: 1 });
    expect(await dropped()).toBe(1);
  });

  test('has contributions and divergences at 0 from its first use, and not before', async () => {
    expect(await telemetry.value('trading.sentiment.divergences')).toBeUndefined();
    marketData.sentiment.provider('reddit');
    expect(await contributions('reddit')).toBe(0);
    expect(await telemetry.value('trading.sentiment.divergences')).toBe(0);
    marketData.sentiment.diverged();
    expect(await telemetry.value('trading.sentiment.divergences')).toBe(1);
  });

  test('keeps weights from 0 to 1', async () => {
    const reddit = marketData.sentiment.provider('reddit');
    reddit.weight(0.3);
    reddit.weight(1.5);
    reddit.weight(Number.NaN);
    expect(await telemetry.value('trading.sentiment.weight', { 'trading.provider.name': 'reddit' })).toBe(0.3);
    expect(await dropped()).toBe(2);
  });

  test('times its calculation, and the same error reaches the caller', async () => {
    const failure = new RangeError('no');
    expect(await marketData.sentiment.time(async () => ((time += 200), 0.4))).toBe(0.4);
    await expect(marketData.sentiment.time(fail(failure))).rejects.toBe(failure);
    {
      using timer = marketData.sentiment.start();
      time += 50;
      expect(timer).toBeDefined();
    }
    const series = await telemetry.series('trading.sentiment.calculation.duration');
    expect(series.map(({ attributes, value }) => [attributes['error.type'], value])).toEqual([
      [undefined, 0.25],
      ['RangeError', 0],
    ]);
  });
});

describe('whatever happens', () => {
  test('every metric of the conventions is recorded, and nothing is dropped', async () => {
    marketData.provider('polygon').call('quotes', () => 1);
    marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY' });
    marketData.feed('sec').processed();
    const { sentiment } = marketData;
    sentiment.scored({ score: sentiment.time(() => 0.5), providers: ['reddit'] });
    sentiment.provider('reddit').weight(1);
    const names = new Set((await telemetry.series()).map(({ name }) => name));
    expect(marketDataMetrics.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
    expect(await dropped()).toBe(0);
  });

  const callEverything = (given: never) => {
    const provider = marketData.provider(given);
    provider.call(given, () => given);
    provider.request(given);
    provider.request({ operation: given, durationSeconds: given, error: given });
    provider.start(given).stop();
    provider.rateLimited();
    const dataset = marketData.dataset(given);
    dataset.received(given);
    dataset.remove();
    marketData.received(given);
    const feed = marketData.feed(given);
    feed.processed(given);
    feed.duplicate(given);
    feed.failed({ count: given });
    feed.process(() => given);
    const { sentiment } = marketData;
    sentiment.scored(given);
    sentiment.scored({ score: 1, polarity: given, providers: given });
    sentiment.time(() => given);
    sentiment.provider(given).weight(given);
    for (const name of ['throws', 'rejects']) {
      try {
        provider.call(name, () => {
          // oxlint-disable-next-line typescript/only-throw-error -- JavaScript throws anything
          throw given;
        });
      } catch (error) {
        expect(Object.is(error, given)).toBe(true);
      }
    }
  };

  test('no verb throws on any input', () => {
    const property = fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (given) =>
      callEverything(given as never),
    );
    expect(() => fc.assert(property)).not.toThrow();
  });

  test('no verb throws on unreadable input', () => {
    const hostile = new Proxy(Function.prototype, {
      get() {
        throw new Error('hostile');
      },
      getPrototypeOf() {
        throw new Error('hostile');
      },
      ownKeys() {
        throw new Error('hostile');
      },
      apply() {},
    });
    expect(() => callEverything(hostile as never)).not.toThrow();
  });
});

test.each([
  [{ unavailableAfterFailures: 1.5 }, 'unavailableAfterFailures must be a whole number not below 0, got 1.5'],
  [{ maxDatasets: 0 }, 'maxDatasets must be a whole number not below 1, got 0'],
  [{ neutralBelow: 2 }, 'neutralBelow must be a number from 0 to 1, got 2'],
  [{ isRateLimit: 429 }, 'isRateLimit must be a function, got 429'],
  [{ availabilityOf: 'up' }, 'availabilityOf must be a function, got "up"'],
  [{ provider: 'x' }, 'there is no option provider'],
])('an invalid option throws: %o', (options, message) => {
  expect(() => instrumentMarketData(options as never)).toThrow(ConfigurationError);
  expect(() => instrumentMarketData(options as never)).toThrow(`[trademeter/instrumentation-market-data] ${message}`);
});
