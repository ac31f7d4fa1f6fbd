import type { Resource } from '@opentelemetry/resources';
import { settlesWithin } from '@trademeter/config';
import { createResource } from '../resource.ts';

/**
 * SettledResources waits for what detectors still look for, once and no longer than a limit. Until they find it, a
 * resource is shown as it was then.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#detecting-resource-information-from-the-environment
 */
export class SettledResources {
  readonly #early = new WeakMap<Resource, Resource>();

  /**
   * The resource, or what is known of it: the same object each time until its detectors are done.
   *
   * @param limitMillis how long the first call for a resource waits, in milliseconds
   * @param keepsProcess whether waiting keeps the process alive. Default false
   */
  async of(resource: Resource, limitMillis: number, keepsProcess = false): Promise<Resource> {
    const early = this.#early.get(resource);
    if (isPending(resource) && early === undefined) {
      await settlesWithin(Promise.resolve(resource.waitForAsyncAttributes?.()), limitMillis, keepsProcess);
    }
    if (!isPending(resource)) return resource;
    const known = early ?? createResource(resource.attributes, resource.schemaUrl);
    this.#early.set(resource, known);
    return known;
  }
}

function isPending({ asyncAttributesPending }: Resource): boolean {
  return asyncAttributesPending === true;
}
