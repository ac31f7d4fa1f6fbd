import { expect, test } from 'vitest';
import { CachedExposition, textExposition } from './index.ts';

function render(options: object): string {
  const warnings = { warnOnce: (message: string) => expect(message).toBe('') };
  const exposition = new CachedExposition(textExposition('0.0.4'), options, warnings);
  return exposition.renderNow({ attributes: { 'service.name': 'bot' }, metrics: [] }).text();
}

test('undefined options have their defaults', () => {
  const options = { translationStrategy: undefined, prefix: undefined, withoutTargetInfo: undefined };
  expect(render(options)).toContain('target_info{service_name="bot"} 1');
  expect(render(options)).toBe(render({}));
});
