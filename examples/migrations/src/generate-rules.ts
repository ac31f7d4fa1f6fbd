import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { MappingError, readMapping } from './mapping-file.ts';
import { renderRuleFile } from './rule-file.ts';

const usage = `Usage: npx --yes pnpm@12 rules <mapping.yaml> [options] (in examples/migrations)

Turns a mapping of old metric names to trademeter's series into a Prometheus rule file. README.md has the format.

  --out <file>          write the rules to a file instead of the standard output
  --interval <time>     evaluate the rules this often, for example 30s (default: the mapping's interval, or 15s)
  --help                show this text

Exit status: 0 when the rules were written (warnings go to the standard error), 1 when the mapping is wrong,
2 when the command line is.
`;

process.exitCode = main(process.argv.slice(2));

function main(argv: readonly string[]): number {
  let options: ReturnType<typeof parse>;
  try {
    options = parse(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = options;
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    process.stderr.write(`one mapping file must be given, got ${positionals.length}\n\n${usage}`);
    return 2;
  }
  if (values.interval !== undefined && !/^(?:\d+(?:ms|[smhdwy]))+$/u.test(values.interval)) {
    process.stderr.write(`--interval must be a duration such as 15s, got "${values.interval}"\n`);
    return 2;
  }
  try {
    const { mapping, warnings } = readMapping(readFileSync(file, 'utf8'), file);
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    const rules = renderRuleFile({ ...mapping, interval: values.interval ?? mapping.interval }, basename(file));
    if (values.out === undefined) process.stdout.write(rules);
    else writeFileSync(values.out, rules);
    return 0;
  } catch (error) {
    if (!(error instanceof MappingError) && !isFileError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      interval: { type: 'string' },
      out: { type: 'string', short: 'o' },
    },
  });
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
