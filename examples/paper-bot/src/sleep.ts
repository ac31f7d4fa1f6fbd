/** Waits: a network's latency in the bot, nothing in its tests. */
export type Sleep = (milliseconds: number) => Promise<unknown>;
