import type { Resource } from '@opentelemetry/resources';
import { settlesWithin } from '@trademeter/config';
import { createResource } from '../resource.ts';

/**
 * SettledResources waits once, within a limit, for resource attributes that are still being detected. Until they are found,
 * it returns the resource without them.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#detecting-resource-information-from-the-environment
 */
export class SettledResources {
  readonly #early = new WeakMap<Resource, Resource>();

  /**
   * Returns the resource, or the known part of it: the same object each time until detection ends.
   *
   * @param limitMillis milliseconds that the first call for a resource waits
   * @param keepsProcess whether waiting keeps the process alive. Default false
   */
  async of(resource: Resource, limitMillis: number, keepsProcess = false): Promise<Resource> {
    const early = this.#early.get(resource);
    if (isPending(resource) && early === undefined) {
      await settlesWithin(waitFor(resource), limitMillis, keepsProcess);
    }
    if (!isPending(resource)) return resource;
    const known = early ?? createResource(resource.attributes, resource.schemaUrl);
    this.#early.set(resource, known);
    return known;
  }
}

/** Rejects if the resource throws. */
async function waitFor(resource: Resource): Promise<void> {
  await resource.waitForAsyncAttributes?.();
}

function isPending({ asyncAttributesPending }: Resource): boolean {
  return asyncAttributesPending === true;
}
