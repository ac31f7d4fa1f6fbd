import { describeValue, Log } from '@trademeter/config';
import type { AttributeDefinition } from '@trademeter/semantic-conventions';
import { attributeValue } from './attribute-value.ts';

const mostRemembered = 1_000;
const anyText: AttributeDefinition = { type: 'string', requirement: 'required' };

/**
 * One handle a name, so that its state and its series stay one. The first 1,000 names are remembered; of those that come
 * after them each call makes a new handle, which is told once: names that never end would take memory that never ends.
 * Names that are recorded as the same label are one name; what is no name is not remembered.
 *
 * @param kind what has the name, for the message: `breaker`
 * @param make makes the handle of a name that is not remembered yet; told whether it is remembered from now on
 * @param attribute the attribute that the name is recorded as, where that has listed values. Default: any text
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
      `${mostRemembered} names of a ${kind} are remembered, and ${describeValue(name)} is one more: each call with it, or with any other new name, makes a handle that knows nothing of an earlier one. No id or date belongs in a name. Told once.`,
      kind,
    );
    return make(name, false);
  };
}
