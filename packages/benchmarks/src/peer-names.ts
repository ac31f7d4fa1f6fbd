/** The libraries that are compared; the first is ours. */
export const peerNames = ['trademeter', 'opentelemetry', 'prom-client', 'prometheus-io', 'platformatic'] as const;

/** One of the libraries that are compared. */
export type PeerName = (typeof peerNames)[number];

/** What is scraped: the libraries, and a server that only sends as many bytes as the first one. */
export const scrapedNames = [...peerNames, 'bare'] as const;

/** One name of {@link scrapedNames}. */
export type ScrapedName = (typeof scrapedNames)[number];

/** The libraries that push. */
export const pushPeerNames = ['trademeter', 'opentelemetry'] as const;

/** One of the libraries that push. */
export type PushPeerName = (typeof pushPeerNames)[number];
