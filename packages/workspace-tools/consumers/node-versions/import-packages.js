// Imports and requires each specifier in its arguments.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
process.env.OTEL_METRICS_EXPORTER = 'none';

const faults = [];
for (const specifier of process.argv.slice(2)) {
  try {
    const imported = await import(specifier);
    // a module with top-level await cannot be required; `register` is for --import
    if (!specifier.endsWith('/register') && require(specifier) !== imported) faults.push(`${specifier}: two modules`);
  } catch (error) {
    faults.push(`${specifier}: ${error.stack}`);
  }
}
if (faults.length > 0) throw new Error(faults.join('\n'));
