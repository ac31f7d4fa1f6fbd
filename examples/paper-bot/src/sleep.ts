/** Waits so many milliseconds: a network's, in the bot; none, in its tests. */
export type Sleep = (milliseconds: number) => Promise<unknown>;
