import { expect, test } from 'vitest';
import { domainNames } from './domain-names.ts';

test('a domain of two words has a name for each place', () => {
  expect(domainNames('example-domain')).toEqual({
    domain: 'example-domain',
    words: 'example domain',
    title: 'Example domain',
    pascal: 'ExampleDomain',
    camel: 'exampleDomain',
    namespace: 'example_domain',
  });
});

const syntax = 'must be a singular noun in lowercase letters and digits, its words joined by hyphens';

test.each([
  ['', `the domain ${syntax}, got ""`],
  ['Funding', `the domain ${syntax}, got "Funding"`],
  ['funding_rate', `the domain ${syntax}, got "funding_rate"`],
  ['../funding', `the domain ${syntax}, got "../funding"`],
  ['funding-', `the domain ${syntax}, got "funding-"`],
  ['2fa', `the domain ${syntax}, got "2fa"`],
  ['auctions', `the domain ${syntax}: auctions is a plural, got "auctions"`],
  ['a'.repeat(31), `the domain must have at most 30 characters, got "${'a'.repeat(31)}"`],
  ['class', 'the domain must not be a name that code uses for something else, got "class"'],
  ['await', 'the domain must not be a name that code uses for something else, got "await"'],
  ['telemetry', 'the domain must not be a name that code uses for something else, got "telemetry"'],
  ['http', 'the metrics of http are those of @opentelemetry/instrumentation-http'],
  ['breaker', 'the conventions use the namespace of breaker already: trading.breaker.status'],
  ['venue', 'the conventions use the namespace of venue already: trading.venue'],
])('%j is refused', (domain, message) => {
  expect(() => domainNames(domain)).toThrow(new Error(message));
});
