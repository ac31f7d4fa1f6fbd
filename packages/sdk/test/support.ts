import { sampleLines } from '@trademeter/test-support';
import { type MockInstance, vi } from 'vitest';

/** Order attributes that the conventions require. */
export const order = {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'buy',
  'trading.order.type': 'market',
} as const;

/** Sets only these `OTEL_` variables, until `vi.unstubAllEnvs()`. */
export function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Collects lines written to stderr from now on. */
export function listenToStderr(): { readonly lines: string[]; readonly spy: MockInstance } {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(...String(text).trimEnd().split('\n'));
    return true;
  });
  return { lines, spy };
}

/** The samples of a scrape whose lines start with `beginning`. */
export async function scrape(url: string, beginning = ''): Promise<string[]> {
  const text = await (await fetch(url)).text();
  return sampleLines(text, beginning);
}
