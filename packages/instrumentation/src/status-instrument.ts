import { ConfigurationError } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { mergeAttributes } from './attribute-guard.ts';
import type { StateInstrument } from './state-instrument.ts';

/** The possible states of a status metric. */
type StateOf<D extends MetricDefinition, K extends keyof D['attributes']> = D['attributes'][K] extends {
  readonly values: readonly (infer V extends string)[];
}
  ? V
  : never;

/** StatusInstrument has one series for each possible state: 1 for the current state, 0 for the others. */
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

  /** Sets the current state. Never throws: an invalid state is dropped, counted and logged once. */
  set(state: StateOf<D, K>, attributes: Omit<AttributesOf<D>, K>): void {
    const clean = this.#state.clean(mergeAttributes(attributes, { [this.#attribute]: state }));
    if (clean === undefined) return;
    for (const each of this.#states) {
      this.#state.keep(each === clean[this.#attribute] ? 1 : 0, { ...clean, [this.#attribute]: each });
    }
  }
}
