import { startBot } from '@trademeter/test-support';
import type { TestSeries } from '@trademeter/testing';
import { beforeAll, describe, expect, test } from 'vitest';

// Runs OpenTelemetry's instrumentations of HTTP and Express together with ours, in a program of its own, because they
// patch modules that are loaded after them.
describe('an Express server under OpenTelemetry', () => {
  let series: readonly TestSeries[];

  beforeAll(async () => {
    await using program = startBot({ program: new URL('../testdata/express-server.ts', import.meta.url) });
    const { stdout } = await program.succeeds();
    series = JSON.parse(stdout) as TestSeries[];
  });

  function find(name: string, attributes: Record<string, unknown>): TestSeries | undefined {
    const wanted = Object.entries(attributes);
    return series.find((each) => each.name === name && wanted.every(([key, value]) => each.attributes[key] === value));
  }

  test('records durations and body sizes with the same attributes, by http.route', () => {
    const attributes = {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/orders/:id',
      'network.protocol.version': '1.1',
      'url.scheme': 'http',
    };
    expect(find('http.server.request.duration', attributes)).toMatchObject({
      unit: 's',
      attributes,
      histogram: { count: 2 },
    });
    expect(find('http.server.response.body.size', attributes)).toMatchObject({
      unit: 'By',
      attributes,
      histogram: { count: 2, sum: '{"id":"7"}'.length + '{"id":"1234"}'.length },
    });
    expect(find('http.server.request.body.size', attributes)).toMatchObject({ histogram: { count: 2, sum: 0 } });
  });

  test('records the size of request bodies', () => {
    const attributes = { 'http.request.method': 'POST', 'http.response.status_code': 201, 'http.route': '/orders' };
    expect(find('http.server.request.duration', attributes)).toMatchObject({ histogram: { count: 1 } });
    expect(find('http.server.request.body.size', attributes)?.value).toBe('{"quantity":5}'.length);
    expect(find('http.server.response.body.size', attributes)?.value).toBe('Created'.length);
  });

  test.each([
    ['a router mounted on a path with a parameter', '/accounts/:account/positions/:symbol', 2],
    ['a route of several paths', '/quotes/:symbol,/prices/:symbol', 1],
    ['a middleware with a path', '/health', 1],
    ['a response that is sent while another request is handled', '/news/:topic', 1],
    ['a handler that answers another request', '/publish/:topic', 1],
  ])('body sizes have the same http.route as durations for %s', (_, route, count) => {
    for (const name of [
      'http.server.request.duration',
      'http.server.request.body.size',
      'http.server.response.body.size',
    ]) {
      expect(find(name, { 'http.route': route })?.histogram?.count, name).toBe(count);
    }
  });

  test('has as many series of body sizes as of durations, whatever the ids in the paths', () => {
    const seriesOf = (name: string) => series.filter((each) => each.name === name);
    expect(seriesOf('http.server.response.body.size').map(({ attributes }) => attributes['http.route'])).toEqual(
      seriesOf('http.server.request.duration').map(({ attributes }) => attributes['http.route']),
    );
  });

  test('has no http.route for a request without a route', () => {
    for (const name of ['http.server.request.duration', 'http.server.response.body.size']) {
      const missed = find(name, { 'http.response.status_code': 404 });
      expect(missed?.histogram?.count).toBe(1);
      expect(missed?.attributes['http.route']).toBeUndefined();
    }
  });
});
