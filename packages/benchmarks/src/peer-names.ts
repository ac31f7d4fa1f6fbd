/** The libraries that are compared. */
export const peerNames = ['trademeter', 'opentelemetry', 'prom-client', 'prometheus-io'] as const;

/** One of the libraries that are compared. */
export type PeerName = (typeof peerNames)[number];
