const revision = /^(.+)\.(\d+)$/;

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
    const [, base, digits] = (id === undefined ? undefined : revision.exec(id)) ?? [];
    if (id === undefined || base === undefined) return undefined;
    const number = Number(digits);
    const last = this.#last.get(base);
    if (last !== undefined && last.number > number) return 'newer';
    this.#last.set(base, { id, number });
    return last?.id;
  }
}
