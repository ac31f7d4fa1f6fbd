import { ConfigurationError } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { mergeAttributes } from './attribute-guard.ts';
import type { StateInstrument } from './state-instrument.ts';

/** The states that a status metric's attribute can name. */
type StateOf<D extends MetricDefinition, K extends keyof D['attributes']> = D['attributes'][K] extends {
  readonly values: readonly (infer V extends string)[];
}
  ? V
  : never;

/** One series per possible state: 1 for the state that holds, 0 for the others. */
export class StatusInstrument<D extends MetricDefinition, K extends string & keyof D['attributes']> {
  readonly definition: D;
  readonly #state: StateInstrument<D>;
  readonly #attribute: K;
  readonly #states: readonly string[];

  /** @internal */
  constructor(state: StateInstrument<D>, definition: D, attribute: K) {
    const states = definition.attributes[attribute]?.values;
    if (states === undefined) {
      throw new ConfigurationError(
        'instrumentation',
        `attribute ${attribute} of ${definition.name} must list its values`,
        {
          code: 'ERR_TRADEMETER_DEFINITION',
          option: attribute,
          value: states,
        },
      );
    }
    this.definition = definition;
    this.#state = state;
    this.#attribute = attribute;
    this.#states = states;
  }

  /** Says which state holds. Never throws: a state that there is not is dropped, counted and told once. */
  set(state: StateOf<D, K>, attributes: Omit<AttributesOf<D>, K>): void {
    const clean = this.#state.clean(mergeAttributes(attributes, { [this.#attribute]: state }));
    if (clean === undefined) return;
    for (const each of this.#states) {
      this.#state.keep(each === clean[this.#attribute] ? 1 : 0, { ...clean, [this.#attribute]: each });
    }
  }
}
