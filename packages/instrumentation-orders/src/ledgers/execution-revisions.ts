const revision = /^(.+)\.(\d+)$/;

/** Splits the id of an IBKR execution into the part that its corrections share and the number of the revision. */
export function revisionOf(id: string): { readonly base: string; readonly number: number } | undefined {
  const [, base, digits] = revision.exec(id) ?? [];
  return base === undefined ? undefined : { base, number: Number(digits) };
}

/**
 * Tracks the revisions of the IBKR executions of one order: `….02` corrects `….01`.
 *
 * @see https://interactivebrokers.github.io/tws-api/executions_commissions.html
 */
export class ExecutionRevisions {
  readonly #last = new Map<string, { readonly id: string; readonly number: number }>();

  constructor(executionIds: readonly string[] | undefined) {
    for (const id of executionIds ?? []) this.previous(id);
  }

  /**
   * @returns the id of the execution that this one corrects, if any; `newer` if a correction of this one came before
   */
  previous(id: string | undefined): string | undefined {
    const { base, number } = (id === undefined ? undefined : revisionOf(id)) ?? {};
    if (id === undefined || base === undefined || number === undefined) return undefined;
    const last = this.#last.get(base);
    if (last !== undefined && last.number > number) return 'newer';
    this.#last.set(base, { id, number });
    return last?.id;
  }

  /** @returns the id of the last known revision of an execution; its own id if there is none */
  last(id: string): string {
    return this.#last.get(revisionOf(id)?.base ?? '')?.id ?? id;
  }
}
