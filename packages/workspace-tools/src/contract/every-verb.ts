/** What a crawl of an instrumentation found. */
export interface Crawl {
  /** `orders.place().fill`: every verb that was called. */
  readonly called: string[];
  /** What threw although it must not, and what it threw. */
  readonly threw: string[];
  /** The same of what returned a promise, once that has settled. */
  readonly rejected: Promise<string | undefined>[];
}

const deepest = 4;

/**
 * Calls every verb of an object with the same arguments, and every verb of the handles that it has or returns, at most
 * once a place.
 *
 * @param runners the names of verbs that run a function of their caller: they are given one, before and after the other
 * arguments. Called without one they throw what calling nothing throws, which is the caller's own error
 * @param run that function
 * @param theirs what is the caller's own, beside the arguments, and is no verb or handle though it may come back
 */
export function callEveryVerb(
  name: string,
  verbs: object,
  args: readonly unknown[],
  runners: readonly string[],
  run: () => unknown = () => 1,
  theirs: ReadonlySet<unknown> = new Set([run]),
): Crawl {
  const crawl: Crawl = { called: [], threw: [], rejected: [] };
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
      crawl.called.push(path);
      const calls = runners.includes(key)
        ? [
            [run, ...args],
            [args[0], run, ...args.slice(1)],
          ]
        : [args];
      for (const given of calls) {
        const result = attempt(path, () => member.apply(subject, given));
        if (isNew(result) && isHandle(result)) visit(`${path}()`, result, depth + 1);
      }
    }
  }

  function attempt(path: string, call: () => unknown): unknown {
    const isRunner = runners.some((runner) => path.endsWith(`.${runner}`));
    try {
      const result = call();
      if (isNew(result) && result instanceof Promise) {
        crawl.rejected.push(
          result.then(
            () => undefined,
            (error: unknown) => (isRunner ? undefined : `${path} rejected with ${String(error)}`),
          ),
        );
      }
      return result;
    } catch (error) {
      if (!isRunner || !/not a function/.test(String(error))) crawl.threw.push(`${path} threw ${String(error)}`);
      return undefined;
    }
  }

  visit(name, verbs, 0);
  return crawl;
}

/** Own members and those of its class; what is private has no name here. */
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
