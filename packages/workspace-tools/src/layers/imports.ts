import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { parseSync } from 'oxc-parser';

/**
 * A place where a module names another: `import`, `export … from`, `import()`, `import x = require()` or
 * `import('x').T`.
 */
export interface Import {
  readonly specifier: string;
  /** The line, from 1. */
  readonly line: number;
}

/** Returns every module that a TypeScript or JavaScript file names, also for types. Throws when it does not parse. */
export function importsOf(file: string): Import[] {
  return importsIn(file, readFileSync(file, 'utf8'));
}

/** {@link importsOf} for source text; the file name determines the language. */
export function importsIn(file: string, source: string): Import[] {
  const { module, program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error) throw new Error(`${file} does not parse: ${error.message}`);
  const found: { specifier: string; start: number }[] = [];
  for (const { moduleRequest } of module.staticImports) {
    found.push({ specifier: moduleRequest.value, start: moduleRequest.start });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest) found.push({ specifier: moduleRequest.value, start: moduleRequest.start });
    }
  }
  visit(program, (node) => {
    const specifier = namedModule(node);
    if (specifier !== undefined) found.push({ specifier, start: node.start });
  });
  const lines = found.map(({ specifier, start }) => ({ specifier, line: source.slice(0, start).split('\n').length }));
  return lines.toSorted((a, b) => a.line - b.line);
}

/** Whether source text calls a name that it imports from a module. */
export function callsTo(file: string, source: string, specifier: string, name: string): boolean {
  const { module, program } = parseSync(file, source);
  const locals = module.staticImports
    .filter(({ moduleRequest }) => moduleRequest.value === specifier)
    .flatMap(({ entries }) => entries)
    .filter(({ importName }) => importName.name === name)
    .map(({ localName }) => localName.value);
  let isCalled = false;
  visit(program, ({ type, callee }) => {
    if (type === 'CallExpression' && isNode(callee) && locals.includes(String(callee['name']))) isCalled = true;
  });
  return isCalled;
}

/** The package that a specifier names; `undefined` for Node's own modules and for `#imports`. */
export function packageName(specifier: string): string | undefined {
  if (isBuiltin(specifier) || specifier.startsWith('#')) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/u.exec(specifier)?.[0];
}

/** The common part of all nodes of the syntax tree. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [property: string]: unknown;
}

/** The module that an expression or type names; the parser lists the statements. */
function namedModule(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'ImportExpression':
    case 'TSImportType':
      return text(node['source']);
    case 'TSExternalModuleReference':
      return text(node['expression']);
    case 'CallExpression':
      return isRequire(node['callee']) && Array.isArray(node['arguments']) ? text(node['arguments'][0]) : undefined;
    default:
      return undefined;
  }
}

/** `require`, or a resolving member of it or of `import.meta`: `require.resolve`, `import.meta.resolve`. */
function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Identifier') return callee['name'] === 'require';
  const property = callee['property'];
  return callee.type === 'MemberExpression' && isNode(property) && property['name'] === 'resolve';
}

/** The value of a string literal, or of a template without expressions. */
function text(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  const quasis = node['quasis'];
  if (node.type !== 'TemplateLiteral' || !Array.isArray(quasis) || quasis.length !== 1) return undefined;
  const [{ value }] = quasis as [{ readonly value: { readonly cooked: string } }];
  return value.cooked;
}

function visit(node: unknown, enter: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const element of node) visit(element, enter);
  } else if (isNode(node)) {
    enter(node);
    for (const child of Object.values(node)) {
      if (typeof child === 'object') visit(child, enter);
    }
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
