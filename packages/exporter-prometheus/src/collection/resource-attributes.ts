import type { Resource } from '@opentelemetry/resources';
import { settlesWithin } from '@trademeter/config';

/** The attributes of a resource, of which a detector may still look for some. They are waited for once. */
export class ResourceAttributes {
  readonly #timeoutMillis: number;
  // Those of a resource that was waited for in vain: the same object until the others are found.
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
