import { describe, expect, test } from 'vitest';
import { readPublicPackages } from '../workspace.ts';

interface Target {
  readonly types: string;
  readonly default: string;
}

describe.each(readPublicPackages())('$shortName', ({ manifest }) => {
  const exported = Object.entries(manifest.exports ?? {}).filter(([key]) => !key.includes('*'));

  test('has main and types, or typesVersions, for tools that do not read exports', () => {
    for (const [key, target] of exported as [string, Target][]) {
      if (key === '.') {
        expect(manifest).toMatchObject({ main: target.default, types: target.types });
      } else {
        expect(manifest.typesVersions?.['*']?.[key.slice(2)], key).toEqual([target.types]);
      }
    }
  });

  test("accepts OpenTelemetry's packages as ranges, so that a newer one is not installed twice", () => {
    const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
    const exact = Object.entries(ranges).filter(([name, range]) => {
      return name.startsWith('@opentelemetry/') && !/^(?:\^|>=)/u.test(range);
    });
    expect(exact).toEqual([]);
  });
});
