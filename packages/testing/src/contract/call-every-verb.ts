/** The result of {@link callEveryVerb}. */
export interface VerbCalls {
  /** Every verb that was called: `orders.place().fill`. */
  readonly called: string[];
  /** One sentence for each verb that threw although it must not. */
  readonly threw: string[];
  /** For each verb that returned a promise: resolves to a sentence if that rejected, else to `undefined`. */
  readonly rejected: Promise<string | undefined>[];
}

/** Options of {@link callEveryVerb}. */
export interface CallOptions {
  readonly args: readonly unknown[];
  /**
   * The names of verbs that call a function of their caller. They get one, before and after the other arguments;
   * without it, they throw a TypeError, which is the caller's own error.
   */
  readonly callers: readonly string[];
  /** That function. Default: one that returns 1. */
  readonly run?: () => unknown;
  /** Other values of the caller, which are neither verbs nor handles when a verb returns them. */
  readonly theirs?: ReadonlySet<unknown>;
}

const deepest = 4;

const returnsOne = (): number => 1;

/**
 * Calls every verb of an object with the same arguments, and every verb of its handles and of those that verbs return,
 * at most once per path.
 */
export function callEveryVerb(
  name: string,
  verbs: object,
  { args, callers, run = returnsOne, theirs = new Set([run]) }: CallOptions,
): VerbCalls {
  const calls: VerbCalls = { called: [], threw: [], rejected: [] };
  const seen = new Set<unknown>(args);
  const isNew = (value: unknown) => !seen.has(value) && !theirs.has(value);

  function visit(place: string, subject: object, depth: number): void {
    if (depth > deepest || seen.has(subject)) return;
    seen.add(subject);
    for (const key of memberNames(subject)) {
      const path = `${place}.${key}`;
      const member = (subject as Record<string, unknown>)[key];
      if (isNew(member) && isHandle(member)) visit(path, member, depth + 1);
      if (typeof member !== 'function' || !isNew(member)) continue;
      calls.called.push(path);
      const argumentLists = callers.includes(key)
        ? [
            [run, ...args],
            [args[0], run, ...args.slice(1)],
          ]
        : [args];
      for (const given of argumentLists) {
        const result = attempt(path, () => member.apply(subject, given));
        if (isNew(result) && isHandle(result)) visit(`${path}()`, result, depth + 1);
      }
    }
  }

  function attempt(path: string, call: () => unknown): unknown {
    const isCaller = callers.some((caller) => path.endsWith(`.${caller}`));
    try {
      const result = call();
      if (isNew(result) && result instanceof Promise) {
        calls.rejected.push(
          result.then(
            () => undefined,
            (error: unknown) => (isCaller ? undefined : `${path} rejected with ${String(error)}`),
          ),
        );
      }
      return result;
    } catch (error) {
      if (!isCaller || !/not a function/.test(String(error))) calls.threw.push(`${path} threw ${String(error)}`);
      return undefined;
    }
  }

  visit(name, verbs, 0);
  return calls;
}

/** The names of an object's own members and those of its class, without private ones. */
function memberNames(subject: object): string[] {
  const names = new Set<string>();
  for (
    let each: object = subject;
    each !== null && each !== Object.prototype;
    each = Object.getPrototypeOf(each) as object
  ) {
    for (const name of Object.getOwnPropertyNames(each)) if (name !== 'constructor') names.add(name);
  }
  return [...names];
}

function isHandle(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Promise || Symbol.iterator in value || Symbol.asyncIterator in value);
}
