import { type Block, fencedBlocks, inlineCode, type Line, tableCells } from './document.ts';
import type { Entry, Helper, ScrapeJob } from './inventory.ts';

const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/u;

/** Environment variables: read by code, listed, tabled, set in a shell, in a Compose file or by a settings class. */
export function environment(lines: readonly Line[]): Entry[] {
  const found = lines.flatMap((line): Entry[] => {
    const entries = (names: readonly (string | undefined)[]) =>
      names.map((name) => ({ name: name ?? '', line: line.number })).filter(({ name }) => variableName.test(name));
    const read = [...line.text.matchAll(/\b(?:getenv|environ\.get)\(\s*["'](\w+)["']/gu)].map(([, name]) => name);
    if (line.fence === undefined) {
      if (!/environment/iu.test(line.headings.at(-1) ?? '')) return [];
      const cell = tableCells(line)?.[0];
      return entries(inlineCode(cell ?? /^\s*[-*]\s+(`[^`]+`)/u.exec(line.text)?.[1] ?? ''));
    }
    if (line.fence === 'python') return entries(read);
    const assigned = /^\s*(?:-\s+)?([A-Z][A-Z0-9_]*)=/u.exec(line.text)?.[1];
    const prefixed = [...line.text.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]*)=\S+(?=\s)/gu)].map(([, name]) => name);
    const expanded = [...line.text.matchAll(/\$\{(\w+)/gu)].map(([, name]) => name);
    return entries([...read, assigned, ...prefixed, ...expanded]);
  });
  return unique([...found, ...settingsClasses(lines)]);
}

/** The variables that a settings class with a prefix reads: the prefix and the field's name in capitals. */
function settingsClasses(lines: readonly Line[]): Entry[] {
  return fencedBlocks(lines, 'python').flatMap((block) => {
    const prefix = block.lines.map(({ text }) => /env_prefix\s*=\s*["'](\w+)["']/u.exec(text)?.[1]).find(Boolean);
    if (prefix === undefined) return [];
    return block.lines.flatMap((line) => {
      const field = /^\s+(\w+)\s*:\s*\w+\s*=\s*Field\(/u.exec(line.text)?.[1];
      return field === undefined ? [] : { name: prefix + field.toUpperCase(), line: line.number };
    });
  });
}

/** Keys of a configuration file's `monitoring` section. */
export function settings(lines: readonly Line[]): Entry[] {
  const entries = fencedBlocks(lines, 'yaml').flatMap((block) => {
    if (block.lines[0]?.text.trim() !== 'monitoring:') return [];
    return block.lines.slice(1).flatMap((line) => {
      const key = /^\s+(\w+):\s*\S/u.exec(line.text)?.[1];
      return key === undefined ? [] : { name: `monitoring.${key}`, line: line.number };
    });
  });
  return unique(entries);
}

/** What a bot's code calls: functions, context managers, decorators, middlewares, metric objects, and tests of them. */
export function helpers(lines: readonly Line[]): Helper[] {
  const blocks = fencedBlocks(lines, 'python');
  const objects = new Set(
    blocks.flatMap((block) =>
      block.lines.map(({ text }) => /^(\w+)\s*=\s*(?:Counter|Gauge|Histogram)\(/u.exec(text)?.[1] ?? ''),
    ),
  );
  const found = blocks.flatMap((block) => [
    ...definedFunctions(block),
    ...importedNames(block).filter(({ name }) => !objects.has(name)),
    ...exporterCalls(block),
    ...usedObjects(block, objects),
  ]);
  const mentioned = lines.flatMap((line) =>
    inlineCode(line.fence === undefined ? line.text : '').flatMap((code): Helper[] => {
      const name = /^@(\w+)$/u.exec(code)?.[1];
      return name === undefined ? [] : [{ name, kind: 'decorator', line: line.number }];
    }),
  );
  const used = blocks.flatMap((block) => block.lines.map(({ text }) => text));
  const kinds = (helper: Helper): Helper => {
    if (helper.kind !== 'function') return helper;
    if (used.some((text) => new RegExp(`^\\s*(?:async )?with ${helper.name}\\(`, 'u').test(text))) {
      return { ...helper, kind: 'context manager' };
    }
    if (used.some((text) => new RegExp(`^\\s*@${helper.name}\\(`, 'u').test(text)))
      return { ...helper, kind: 'decorator' };
    return /(?:^|\.)update_/u.test(helper.name) ? { ...helper, kind: 'batch update' } : helper;
  };
  return unique([...found, ...mentioned]).map(kinds);
}

function definedFunctions(block: Block): Helper[] {
  return block.lines.flatMap((line, index): Helper[] => {
    const definition = /^(?:async )?def (\w+)\((.*)$/u.exec(line.text);
    const name = definition?.[1] ?? '';
    if (definition === null || name.startsWith('_')) return [];
    const decorators: string[] = [];
    for (let above = index - 1; block.lines[above]?.text.startsWith('@') === true; above--) {
      decorators.push(block.lines[above]?.text ?? '');
    }
    const parameters = parameterNames(
      block.lines
        .slice(index)
        .map(({ text }) => text)
        .join('\n'),
    );
    const isBots = parameters[0] === 'self' || decorators.some((decorator) => /^@\w+\(["']/u.test(decorator));
    if (isBots && !decorators.some((decorator) => decorator.includes('middleware'))) return [];
    const kind: Helper['kind'] = name.startsWith('test_')
      ? 'test'
      : decorators.some((decorator) => decorator.includes('contextmanager'))
        ? 'context manager'
        : decorators.some((decorator) => decorator.includes('middleware'))
          ? 'middleware'
          : 'function';
    return [{ name, kind, ...(parameters.length === 0 ? {} : { parameters }), line: line.number }];
  });
}

function parameterNames(code: string): string[] {
  const list = /\(([^)]*)\)/u.exec(code)?.[1] ?? '';
  return list
    .replace(/\[[^\]]*\]/gu, '')
    .split(',')
    .map((parameter) => /^\s*(\w+)/u.exec(parameter)?.[1] ?? '')
    .filter((name) => name !== '');
}

/** Names imported from a module of the system's own monitoring, and the Python client's application to mount. */
function importedNames(block: Block): Helper[] {
  const text = block.lines.map((line) => line.text.replace(/#.*$/u, '')).join('\n');
  return [...text.matchAll(/from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]+)/gu)].flatMap(
    ({ index, 1: module = '', 2: imported = '' }) => {
      const own = /monitoring|metrics|exporter/u.test(module);
      const line = block.lines[text.slice(0, index).split('\n').length - 1]?.number ?? 0;
      const at = (name: string) =>
        block.lines.find(
          (candidate) => candidate.number >= line && new RegExp(`\\b${name}\\b`, 'u').test(candidate.text),
        )?.number ?? line;
      return imported
        .replace(/[()]/gu, '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => /^\w+$/u.test(name))
        .flatMap((name): Helper[] => {
          if (name === 'make_asgi_app') return [{ name, kind: 'middleware', line: at(name) }];
          if (!own) return [];
          return [{ name, kind: /^[A-Z_]+$/u.test(name) ? 'metric object' : 'function', line: at(name) }];
        });
    },
  );
}

/** Methods of an exporter object. */
function exporterCalls(block: Block): Helper[] {
  return block.lines.flatMap((line) =>
    [...line.text.matchAll(/\b(?:prometheus_)?exporter\.(\w+)\(/gu)].map(
      ([, name]): Helper => ({ name: `exporter.${name ?? ''}`, kind: 'function', line: line.number }),
    ),
  );
}

/** Metric objects that code outside of their own module reads or writes. */
function usedObjects(block: Block, objects: ReadonlySet<string>): Helper[] {
  if (block.lines.some(({ text }) => /=\s*(?:Counter|Gauge|Histogram)\(/u.test(text))) return [];
  return block.lines.flatMap((line) =>
    [...line.text.matchAll(/\b(\w+)\.(?:labels\(|inc\(|set\(|observe\(|_value\b)/gu)]
      .filter(([, name = '']) => objects.has(name))
      .map(([, name = '']): Helper => ({ name, kind: 'metric object', line: line.number })),
  );
}

/** Examples of use in a part of a bot: the class, file or part that the heading or list names. */
export function integrations(lines: readonly Line[]): Entry[] {
  const entries = lines.flatMap((line): Entry[] => {
    if (line.fence !== undefined) return [];
    const above = line.headings.slice(0, -1).at(-1) ?? '';
    const heading = /^#{2,}\s+(.*)$/u.exec(line.text)?.[1] ?? '';
    const named = /^With (\w+)$/u.exec(heading)?.[1];
    const file = /^\d+\.\s+(\w+\.py)\b/u.exec(heading)?.[1];
    const part = /^\d+\.\s+(.+) Integration \(`/u.exec(heading)?.[1];
    if (/^integration/iu.test(above) || part !== undefined) {
      const name = named ?? file ?? part;
      if (name !== undefined) return [{ name, line: line.number }];
    }
    const item = /^integration/iu.test(line.headings.at(-1) ?? '')
      ? /^\d+\.\s+\*\*([^*]+)\*\*/u.exec(line.text)?.[1]
      : undefined;
    return item === undefined ? [] : [{ name: item, line: line.number }];
  });
  return unique(entries);
}

/** Command lines in shell blocks. A whole script is one, by its file's name. */
export function commands(lines: readonly Line[]): Entry[] {
  const entries = fencedBlocks(lines, 'bash').flatMap((block): Entry[] => {
    const [first] = block.lines;
    if (first === undefined) return [];
    if (first.text.startsWith('#!')) {
      const script = inlineCode(block.headings.at(-1) ?? '')[0];
      return script === undefined ? [] : [{ name: script, line: first.number }];
    }
    return block.lines
      .map((line) => ({ name: line.text.trim(), line: line.number }))
      .filter(({ name }) => name !== '' && !name.startsWith('#') && !/^[A-Z_]+=\S*$/u.test(name));
  });
  const standalone = fencedBlocks(lines, 'python').flatMap((block): Entry[] => {
    const main = block.lines.find(({ text }) => text.startsWith('if __name__ =='));
    const file = block.headings.map((heading) => inlineCode(heading)[0]).findLast(Boolean);
    return main === undefined || file === undefined ? [] : [{ name: `python ${file}`, line: main.number }];
  });
  return unique([...entries, ...standalone]);
}

/** Jobs of printed scrape configurations. */
export function scrapeJobs(lines: readonly Line[]): ScrapeJob[] {
  return fencedBlocks(lines, 'yaml').flatMap((block) => {
    const jobs: { name: string; labels: string[]; line: number }[] = [];
    let labelsIndent: number | undefined;
    for (const line of block.lines) {
      const job = /job_name:\s*["']?([^"'\s]+)/u.exec(line.text)?.[1];
      if (job !== undefined) jobs.push({ name: job, labels: [], line: line.number });
      const indent = line.text.search(/\S/u);
      if (labelsIndent !== undefined && indent > labelsIndent) {
        jobs.at(-1)?.labels.push(/^\s*(\w+):/u.exec(line.text)?.[1] ?? '');
      } else labelsIndent = /^\s*labels:\s*$/u.test(line.text) ? indent : undefined;
    }
    return jobs;
  });
}

/** One entry a name: the first, unless a later one says more of it (a definition says more than an import). */
function unique<T extends Entry>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    const other = byName.get(entry.name);
    if (other === undefined || Object.keys(entry).length > Object.keys(other).length) byName.set(entry.name, entry);
  }
  return [...byName.values()].toSorted((a, b) => a.line - b.line);
}
