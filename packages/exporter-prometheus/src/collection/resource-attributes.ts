import type { Resource } from '@opentelemetry/resources';
import { settlesWithin } from '@trademeter/config';

/** ResourceAttributes returns the attributes of a resource. It waits once for attributes that are still detected. */
export class ResourceAttributes {
  readonly #timeoutMillis: number;
  // The attributes of a resource whose detection timed out: the same object until the others are found.
  readonly #early = new WeakMap<Resource, object>();

  constructor(timeoutMillis: number) {
    this.#timeoutMillis = timeoutMillis;
  }

  async of(resource: Resource): Promise<object> {
    const early = this.#early.get(resource);
    if (isPending(resource) && early === undefined) {
      await settlesWithin(Promise.resolve(resource.waitForAsyncAttributes?.()), this.#timeoutMillis);
    }
    if (!isPending(resource)) return resource.attributes;
    const attributes = early ?? resource.attributes;
    this.#early.set(resource, attributes);
    return attributes;
  }
}

function isPending({ asyncAttributesPending }: Resource): boolean {
  return asyncAttributesPending === true;
}
