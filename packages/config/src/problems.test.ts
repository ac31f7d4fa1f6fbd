import { expect, test } from 'vitest';
import { ConfigurationError, nonEmptyString, Problems, portNumber } from './index.ts';

function thrownBy(problems: Problems): ConfigurationError {
  try {
    problems.throwIfAny();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('nothing is wrong');
}

test('throws nothing without problems', () => {
  const problems = new Problems('sdk');
  expect(problems.check('port', 80, portNumber)).toBe(80);
  expect(problems.check('port', undefined, portNumber)).toBeUndefined();
  problems.doubt('that is short');
  problems.doubt('that is short');
  expect(() => problems.throwIfAny()).not.toThrow();
  expect(problems.doubts).toEqual(['that is short']);
});

test('the same problem is reported once', () => {
  const problems = new Problems('sdk');
  expect(problems.check('port', -1, portNumber)).toBeUndefined();
  problems.mustBe('port', portNumber, -1);
  expect(thrownBy(problems).message).toBe('[trademeter/sdk] port must be an integer from 0 to 65535, got -1');
});

test('problems of nested options get their path', () => {
  const inner = new Problems('exporter-prometheus');
  inner.checkKeys(undefined, { no: 1, prot: 2 }, ['port']);
  inner.mustBe('tls.keyFile', nonEmptyString, undefined);
  inner.mustBe('OTEL_EXPORTER_PROMETHEUS_PORT', portNumber, 'x');
  const problems = new Problems('sdk');
  problems.addAll('exporters[0]', thrownBy(inner));
  expect(thrownBy(problems).problems.map(({ option, problem }) => [option, problem])).toEqual([
    ['exporters[0].no', 'there is no option exporters[0].no; the options are port'],
    ['exporters[0].prot', 'there is no option exporters[0].prot (did you mean port?); the options are port'],
    ['exporters[0].tls.keyFile', 'exporters[0].tls.keyFile must be a non-empty string, got undefined'],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT must be an integer from 0 to 65535, got "x"'],
  ]);
});
