const revision = /^(.+)\.(\d+)$/;

/** @returns what the id of an execution at IBKR shares with those that it corrects, and which of them it is */
export function revisionOf(id: string): { readonly base: string; readonly number: number } | undefined {
  const [, base, digits] = revision.exec(id) ?? [];
  return base === undefined ? undefined : { base, number: Number(digits) };
}

/**
 * The revisions of one order's executions at IBKR: `….02` corrects `….01`.
 *
 * @see https://interactivebrokers.github.io/tws-api/executions_commissions.html
 */
export class ExecutionRevisions {
  readonly #last = new Map<string, { readonly id: string; readonly number: number }>();

  constructor(executionIds: readonly string[] | undefined) {
    for (const id of executionIds ?? []) this.previous(id);
  }

  /** @returns the id of the execution that this one corrects, `newer` when one that corrects it came before, if any */
  previous(id: string | undefined): string | undefined {
    const { base, number } = (id === undefined ? undefined : revisionOf(id)) ?? {};
    if (id === undefined || base === undefined || number === undefined) return undefined;
    const last = this.#last.get(base);
    if (last !== undefined && last.number > number) return 'newer';
    this.#last.set(base, { id, number });
    return last?.id;
  }

  /** @returns the id under which the execution was last reported, be it a correction; its own when it was not */
  last(id: string): string {
    return this.#last.get(revisionOf(id)?.base ?? '')?.id ?? id;
  }
}
