import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestSeries } from '@trademeter/testing';
import { beforeAll, describe, expect, test } from 'vitest';

// What OpenTelemetry's own instrumentations of HTTP and Express record beside ours, on the real thing: a program of its
// own, since they patch what is loaded after them.
describe('an Express server under OpenTelemetry', () => {
  let series: readonly TestSeries[];

  beforeAll(async () => {
    const program = join(import.meta.dirname, '../testdata/express-server.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@trademeter/source', program], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    series = JSON.parse(stdout) as TestSeries[];
  });

  function find(name: string, attributes: Record<string, unknown>): TestSeries | undefined {
    const wanted = Object.entries(attributes);
    return series.find((each) => each.name === name && wanted.every(([key, value]) => each.attributes[key] === value));
  }

  test('has the duration and the body sizes of its requests under the same attributes, by http.route', () => {
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

  test('has the size of what it is sent', () => {
    const attributes = { 'http.request.method': 'POST', 'http.response.status_code': 201, 'http.route': '/orders' };
    expect(find('http.server.request.duration', attributes)).toMatchObject({ histogram: { count: 1 } });
    expect(find('http.server.request.body.size', attributes)?.value).toBe('{"quantity":5}'.length);
    expect(find('http.server.response.body.size', attributes)?.value).toBe('Created'.length);
  });

  test.each([
    ['a router that is mounted on a path with a parameter', '/accounts/:account/positions/:symbol', 2],
    ['a route of several paths', '/quotes/:symbol,/prices/:symbol', 1],
    ['what is no route but takes a path', '/health', 1],
    ['what is answered while another request is handled', '/news/:topic', 1],
    ['what answers another request', '/publish/:topic', 1],
  ])('has the same http.route as the durations for %s', (_, route, count) => {
    for (const name of [
      'http.server.request.duration',
      'http.server.request.body.size',
      'http.server.response.body.size',
    ]) {
      expect(find(name, { 'http.route': route })?.histogram?.count, name).toBe(count);
    }
  });

  test('has as many series of body sizes as of durations, whatever the ids in its paths', () => {
    const seriesOf = (name: string) => series.filter((each) => each.name === name);
    expect(seriesOf('http.server.response.body.size').map(({ attributes }) => attributes['http.route'])).toEqual(
      seriesOf('http.server.request.duration').map(({ attributes }) => attributes['http.route']),
    );
  });

  test('has no http.route for what no route took', () => {
    for (const name of ['http.server.request.duration', 'http.server.response.body.size']) {
      const missed = find(name, { 'http.response.status_code': 404 });
      expect(missed?.histogram?.count).toBe(1);
      expect(missed?.attributes['http.route']).toBeUndefined();
    }
  });
});
