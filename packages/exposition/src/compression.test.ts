import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('node:zlib');
});

test('offers only gzip where Node has no zstd, as in 23.0 to 23.7', async () => {
  vi.doMock('node:zlib', async (original) => ({
    ...(await original<typeof import('node:zlib')>()),
    createZstdCompress: undefined,
  }));
  const { compress, encodings } = await import('./compression.ts');
  expect(encodings).toEqual(['gzip']);
  expect(gunzipSync(Buffer.concat(await compress([Buffer.from('orders_total 1\n')], 'gzip'))).toString()).toBe(
    'orders_total 1\n',
  );
});
