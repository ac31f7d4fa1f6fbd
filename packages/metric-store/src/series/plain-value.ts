// Deeper values are refused, for example those that contain themselves.
const mostNested = 20;
// What `new String('x')` and the like say they are.
const boxes = new Set(['[object String]', '[object Number]', '[object Boolean]']);

/**
 * A copy of an attribute value as plain data; `undefined` if it is not a valid attribute. Lists, objects and bytes are
 * copied, because a structured clone would refuse functions, proxies and most classes; other objects are what `toJSON` says
 * of them, such as the text of a date, URL or decimal. Never throws.
 */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? undefined : plainObject(value);
    default:
      return undefined;
  }
}

function plainObject(value: object): unknown {
  try {
    return copyOf(value, 0) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @throws if a part of it is not data */
function copyOf(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'bigint':
      throw new TypeError('a bigint is not an attribute');
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      break;
    default:
      return value;
  }
  if (depth > mostNested) throw new RangeError(`nested more than ${mostNested} deep`);
  if (value === null) return null;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (boxes.has(Object.prototype.toString.call(value))) return value.valueOf();
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return copyOf(Reflect.apply(toJSON, value, ['']), depth + 1);
  if (Array.isArray(value)) return Array.from(value, (each) => copyOf(each, depth + 1));
  const entries = Object.entries(value).map(([key, each]) => [key, copyOf(each, depth + 1)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
