import { writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { type Consumer, npmInstall, prepareConsumer } from '../../src/packed/consumer.ts';
import { entryPoints, readPublicPackages } from '../../src/workspace.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
  const names = readPublicPackages().map(({ manifest }) => manifest.name);
  await npmInstall(consumer.folder, [...names, '@opentelemetry/api@1.10', '@opentelemetry/sdk-metrics@3.1']);
  const specifiers = readPublicPackages().flatMap(entryPoints);
  const imports = specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';\n`);
  await writeFile(consumer.path('declarations.ts'), imports.join(''));
});

// TypeScript 7 has no node10
test.each([
  { compiler: 'typescript-5', module: 'commonjs', moduleResolution: 'node10' },
  { compiler: 'typescript-5', module: 'node16', moduleResolution: 'node16' },
  { compiler: 'typescript-5', module: 'esnext', moduleResolution: 'bundler' },
  { compiler: 'typescript-7', module: 'nodenext', moduleResolution: 'nodenext' },
  { compiler: 'typescript-7', module: 'preserve', moduleResolution: 'bundler' },
])('$compiler with moduleResolution $moduleResolution compiles every entry point', async (settings) => {
  const { compiler, ...moduleOptions } = settings;
  const compilerOptions = {
    ...moduleOptions,
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: ['tools/node_modules/@types'],
  };
  const config = `tsconfig.${compiler}.${settings.moduleResolution}.json`;
  await writeFile(consumer.path(config), JSON.stringify({ compilerOptions, files: ['bot.ts', 'declarations.ts'] }));
  const tsc = consumer.path('tools/node_modules', compiler, 'bin/tsc');
  const { exitCode, stdout } = await consumer.run(process.execPath, [tsc, '-p', config]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
});
