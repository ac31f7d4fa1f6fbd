import { describeValue, Log } from '@trademeter/config';
import type { AttributeDefinition } from '@trademeter/semantic-conventions';
import { attributeValue } from './attribute-value.ts';

const mostRemembered = 1_000;
const anyText: AttributeDefinition = { type: 'string', requirement: 'required' };

/**
 * Returns a function that returns the same handle for the same name, so that a handle can keep state. The first 1,000
 * names are remembered, which limits memory. Each call with a further name creates a new handle; this is logged once.
 * Names with the same recorded value are the same name. An invalid name is not remembered.
 *
 * @param kind the kind of the handle, for the message: `breaker`
 * @param make creates the handle of a new name; `isRemembered` says whether later calls return it again
 * @param attribute the attribute that the name is recorded as, if it has listed values. Default: any text
 */
export function handlesByName<H>(
  kind: string,
  make: (name: string, isRemembered: boolean) => H,
  attribute: AttributeDefinition = anyText,
): (name: string) => H {
  const handles = new Map<unknown, H>();
  const log = new Log();
  return (name) => {
    const key = attributeValue(attribute, name);
    if (key === undefined) return make(name, false);
    const known = handles.get(key);
    if (known !== undefined) return known;
    if (handles.size < mostRemembered) {
      const handle = make(name, true);
      handles.set(key, handle);
      return handle;
    }
    log.warnOnce(
      `more than ${mostRemembered} names of a ${kind}, got ${describeValue(name)}: the handles of further names keep no state between calls. Do not put ids or dates into names. Logged once.`,
      kind,
    );
    return make(name, false);
  };
}
