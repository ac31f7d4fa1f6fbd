// Run by the oldest Node that the packages support: imports each specifier that it is given.
process.env['OTEL_METRICS_EXPORTER'] = 'none';

const faults: string[] = [];
for (const specifier of process.argv.slice(2)) {
  try {
    await import(specifier);
  } catch (error) {
    faults.push(`${specifier}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
if (faults.length > 0) throw new Error(faults.join('\n'));
